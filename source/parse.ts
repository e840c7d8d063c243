import type ts from "typescript";
import { findMarkers } from "../transformer/1-analyze/find-markers";
import { findNotable } from "../transformer/1-analyze/find-notable";

/**
 * Parses a file. Nodes have their `parent` in the statements that say something of resources: nothing is asked of the others
 * but where they stand. For the compiler to set all of them takes a third of the time that it takes to parse.
 */
export function parse(
  tsInstance: typeof ts,
  fileName: string,
  code: string,
  importSource: string,
): ts.SourceFile {
  const parsing = {
    languageVersion: tsInstance.ScriptTarget.ESNext,
    // Tags are read from the text.
    jsDocParsingMode: tsInstance.JSDocParsingMode.ParseNone,
  };
  const sourceFile = tsInstance.createSourceFile(fileName, code, parsing, false);
  const markers = findMarkers(tsInstance, sourceFile, importSource);
  const isNotable = findNotable(tsInstance, sourceFile, markers, importSource);
  for (const statement of sourceFile.statements) {
    setParent(statement, sourceFile);
    if (isNotable(statement)) setParents(statement);
  }
  setParent(sourceFile.endOfFileToken, sourceFile);
  return sourceFile;

  // Without recursion: an expression can be thousands deep.
  function setParents(root: ts.Node): void {
    const pending = [root];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const parent = node;
      tsInstance.forEachChild(parent, (child) => {
        setParent(child, parent);
        if (child.kind > tsInstance.SyntaxKind.LastToken) pending.push(child);
      });
    }
  }
}

function setParent(node: ts.Node, parent: ts.Node): void {
  (node as { parent: ts.Node }).parent = parent;
}
