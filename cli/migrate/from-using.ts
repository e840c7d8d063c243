import type ts from "typescript";
import { isTopLevelName } from "../../transformer/1-analyze/frame";
import type { FunctionRecord, RecordedAcquisition } from "../../transformer/1-analyze/plan-function";
import type { TextEdit } from "../../transformer/diagnostics/finding";
import { importName } from "../../transformer/fixes/import-name";
import { placeAtTop, placeDirective } from "../../transformer/fixes/place-directive";
import { addLexicalNames, addVarNames } from "../../transformer/syntax/declared-names";
import { forEachDescendant } from "../../transformer/syntax/for-each-descendant";
import { takesName } from "../../transformer/syntax/takes-name";
import { type Left, type MigratedFile, type Migration, usingKind } from "./migration";

/** A list of `using` declarations, and the function in which it stands. */
interface Site {
  readonly list: ts.VariableDeclarationList;
  readonly record: FunctionRecord;
  readonly acquisition: RecordedAcquisition;
}

/**
 * Says `using` by `raii`, and annotates the functions in which that is: `using x = e` becomes `const x = raii(e)`, and
 * `for (using x of xs) { … }` becomes `for (const x of xs) { raii(x); … }`, so that `xs` and the body see the names they saw.
 */
export function fromUsing(file: MigratedFile): Migration {
  const { tsInstance, sourceFile, model, options } = file;
  const { sites, left } = findSites(file);
  if (sites.length === 0) return { edits: [], count: 0, left };

  const marker = importName(tsInstance, sourceFile, "raii", options.importSource, freeName(file, sites));
  const edits: TextEdit[] = [...marker.edits];
  if (!model.fileIsAnnotated)
    for (const { node } of new Set(sites.map(({ record }) => record).filter((each) => !each.isAnnotated)))
      edits.push(...placeDirective(tsInstance, sourceFile, node));
  let count = 0;
  for (const { list } of sites) {
    edits.push(...rewrite(file, list, marker.text));
    count += list.declarations.length;
  }
  return { edits, count, left };
}

/** Every list of `using` declarations, in the order of the text: what can be rewritten, and what is left. */
function findSites(file: MigratedFile): { sites: readonly Site[]; left: readonly Left[] } {
  const { tsInstance, sourceFile, model } = file;
  const recorded = new Map<ts.Node, Omit<Site, "list">>();
  for (const record of model.functions)
    for (const acquisition of record.acquisitions) recorded.set(acquisition.node, { record, acquisition });
  const lists: ts.VariableDeclarationList[] = [];
  forEachDescendant(tsInstance, sourceFile, (node) => {
    if (tsInstance.isVariableDeclarationList(node) && usingKind(tsInstance, node)) lists.push(node);
  });
  const sites: Site[] = [];
  const left: Left[] = [];
  for (const list of lists.sort((a, b) => a.pos - b.pos)) {
    const found = recorded.get(list);
    const why = found === undefined ? outsideOfFunctions(file, list) : obstacle(file, list);
    if (why !== undefined) left.push({ node: list, why });
    else sites.push({ list, ...found! });
  }
  return { sites, left };
}

function outsideOfFunctions({ model }: MigratedFile, list: ts.VariableDeclarationList): string {
  const where = model.topLevel.some(({ node }) => node === list)
    ? "at the top level"
    : "outside of any function";
  return `It stands ${where}, and raii() needs a function. Put the code into a function, and call it.`;
}

function obstacle(
  { tsInstance, sourceFile }: MigratedFile,
  list: ts.VariableDeclarationList,
): string | undefined {
  const isModule = tsInstance.isExternalModule(sourceFile) || /\.[cm](?:ts|js)$/.test(sourceFile.fileName);
  if (!isModule)
    return 'The file is not a module, and an import would make it one. Add "export {}" if it may be one.';
  const unnamed = list.declarations.find(
    ({ initializer }) => initializer && takesName(tsInstance, initializer),
  );
  if (unnamed !== undefined)
    return `The function or class gets its name from "${unnamed.name.getText(sourceFile)}", and in a call it would get none. Give it a name of its own.`;
  const [first] = list.declarations;
  return /\/[/*]/.test(sourceFile.text.slice(list.getStart(sourceFile), first!.getFullStart()))
    ? 'A comment stands between "await" and "using". Move it.'
    : undefined;
}

/** A name for the marker; `undefined` where its own, or the one under which it is imported, means nothing else. */
function freeName(
  { tsInstance, sourceFile, model }: MigratedFile,
  sites: readonly Site[],
): string | undefined {
  const { named, namespaces } = model.markers;
  const imported = [...named].find(([, name]) => name === "raii")?.[0] ?? [...namespaces][0];
  const own = imported ?? "raii";
  const atTop = addLexicalNames(
    tsInstance,
    sourceFile.statements,
    addVarNames(tsInstance, sourceFile, new Set()),
  );
  const isTaken =
    (imported === undefined && (atTop.has(own) || mentions(tsInstance, sourceFile, own))) ||
    sites.some(({ acquisition }) => !isTopLevelName(acquisition.frame, own));
  if (!isTaken) return undefined;
  let index = 1;
  while (mentions(tsInstance, sourceFile, `raii_${index}`)) index++;
  return `raii_${index}`;
}

function mentions(tsInstance: typeof ts, sourceFile: ts.SourceFile, name: string): boolean {
  if (!sourceFile.text.includes(name)) return false;
  let isMentioned = false;
  forEachDescendant(tsInstance, sourceFile, (node) => {
    isMentioned ||= tsInstance.isIdentifier(node) && node.text === name;
  });
  return isMentioned;
}

function rewrite(
  { tsInstance, sourceFile }: MigratedFile,
  list: ts.VariableDeclarationList,
  marker: string,
): readonly TextEdit[] {
  const isAwaited = usingKind(tsInstance, list) === "await using";
  const call = `${isAwaited ? "await " : ""}${marker}(`;
  const start = list.getStart(sourceFile);
  const [first] = list.declarations;
  const edits: TextEdit[] = [{ start, length: first!.getFullStart() - start, text: "const" }];
  const { parent } = list;
  if (tsInstance.isForOfStatement(parent)) {
    edits.push(
      ...acquireInBody(tsInstance, sourceFile, parent, `${call}${first!.name.getText(sourceFile)});`),
    );
    return edits;
  }
  for (const { initializer } of list.declarations) {
    edits.push({ start: initializer!.getStart(sourceFile), length: 0, text: call });
    edits.push({ start: initializer!.end, length: 0, text: ")" });
  }
  return edits;
}

/** Puts a statement at the beginning of each iteration; the body keeps names that it declares to itself. */
function acquireInBody(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  { statement, initializer }: ts.ForOfStatement,
  text: string,
): readonly TextEdit[] {
  const { name } = (initializer as ts.VariableDeclarationList).declarations[0]!;
  const isBlock = tsInstance.isBlock(statement);
  const declares =
    isBlock && addLexicalNames(tsInstance, statement.statements, new Set()).has(name.getText(sourceFile));
  if (isBlock && !declares) return placeAtTop(sourceFile, statement, text);
  return [
    { start: statement.getStart(sourceFile), length: 0, text: `{ ${text} ` },
    { start: statement.end, length: 0, text: " }" },
  ];
}
