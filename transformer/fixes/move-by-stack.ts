import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import { contains } from "../syntax/nodes";
import type { FixedFile } from "./fixed-file";
import { freeName } from "./free-name";
import { nodeAt } from "./node-at";

/**
 * `using file = open(path); …; return file;` declares a stack instead, which owns the file, and lets it go where the function
 * returns it: on every other way out it is released. None for what raii() has acquired.
 */
export function moveByStack({ tsInstance, sourceFile, finding, node }: FixedFile): readonly Fix[] {
  const [acquired] = finding.related ?? [];
  if (finding.isOfUsing !== true || acquired === undefined) return [];
  const declaration = nodeAt(tsInstance, sourceFile, acquired.start, acquired.length);
  if (declaration === undefined || !tsInstance.isVariableDeclaration(declaration)) return [];
  const { name, initializer, parent: list } = declaration;
  if (!tsInstance.isVariableDeclarationList(list)) return []; // of a catch clause
  const { parent: exit } = node;
  const isReturned =
    tsInstance.isReturnStatement(exit) &&
    tsInstance.isBlock(exit.parent) &&
    node.getText() === name.getText();
  const statement = list.parent;
  if (!isReturned || !tsInstance.isIdentifier(name) || initializer === undefined) return [];
  // The stack stands in the block of the declaration: no other one may come between them.
  if (!tsInstance.isVariableStatement(statement) || list.declarations.length !== 1) return [];
  if (!contains(statement.parent, exit)) return [];

  const isAsync = (list.flags & tsInstance.NodeFlags.BlockScoped) === tsInstance.NodeFlags.AwaitUsing;
  const kind = isAsync ? "AsyncDisposableStack" : "DisposableStack";
  const stack = freeName(sourceFile, "stack");
  const start = statement.getStart(sourceFile);
  const declared = `${isAsync ? "await " : ""}using ${stack} = new ${kind}();`;
  return [
    {
      id: "move-by-stack",
      title: `Keep it in a ${kind} until it is returned; who called disposes of it then`,
      edits: [
        {
          start,
          length: name.getStart(sourceFile) - start,
          text: `${declared}${breakBefore(sourceFile, start)}const `,
        },
        { start: initializer.getStart(sourceFile), length: 0, text: `${stack}.use(` },
        { start: initializer.end, length: 0, text: ")" },
        {
          start: exit.getStart(sourceFile),
          length: 0,
          text: `${stack}.move();${breakBefore(sourceFile, exit.getStart(sourceFile))}`,
        },
      ],
    },
  ];
}

/** What stands between a statement and the one before it: a line break and the indentation, or a blank. */
function breakBefore({ text }: ts.SourceFile, start: number): string {
  return /(?:\r?\n)[ \t]*$/.exec(text.slice(0, start))?.[0] ?? " ";
}
