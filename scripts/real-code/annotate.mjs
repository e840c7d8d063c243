import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

/**
 * Annotates every function of a folder's sources that has a block for its body, and gives it an acquisition, and one
 * more in each of its blocks. Nothing is moved to another line.
 * @returns how many functions of each kind.
 */
export function annotateFolder(folder) {
  const counts = {
    functions: 0,
    "async functions": 0,
    generators: 0,
    "async generators": 0,
    constructors: 0,
  };
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".ts") || name.endsWith(".d.ts")) continue;
    const path = `${folder}/${name}`;
    writeFileSync(path, annotate(readFileSync(path, "utf8"), counts));
  }
  return counts;
}

function kindOf(node) {
  if (ts.isConstructorDeclaration(node)) return "constructors";
  const isAsync = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
  return `${isAsync ? "async " : ""}${node.asteriskToken ? "generators" : "functions"}`;
}

/**
 * A generator may be abandoned for good, and then releases nothing: it acquires what is not counted. In the blocks of
 * what is asynchronous the acquisition is, too; not at its beginning, which must stay synchronous.
 */
function acquisitionsOf(kind) {
  const call = `raii_(${kind.endsWith("generators") ? "null" : "counted_"});`;
  return { first: call, inBlocks: kind.startsWith("async") ? `await ${call}` : call };
}

function annotate(text, counts) {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.ESNext, true);
  const inserts = [];
  const annotateBlocks = (node, acquisition) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isBlock(node)) inserts.push({ at: node.getStart() + 1, what: ` ${acquisition} ` });
    ts.forEachChild(node, (child) => annotateBlocks(child, acquisition));
  };
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body && ts.isBlock(node.body)) {
      const kind = kindOf(node);
      counts[kind]++;
      const { first, inBlocks } = acquisitionsOf(kind);
      inserts.push({ at: node.body.getStart() + 1, what: ` "use raii"; ${first} ` });
      ts.forEachChild(node.body, (child) => annotateBlocks(child, inBlocks));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (inserts.length === 0) return text;
  // After the comments at the top: some of them are instructions to the compiler.
  const imports = 'import { raii as raii_ } from "ts-raii"; import { counted as counted_ } from "counted"; ';
  inserts.push({ at: file.statements[0].getStart(), what: imports });
  let annotated = text;
  for (const { at, what } of inserts.sort((a, b) => b.at - a.at))
    annotated = annotated.slice(0, at) + what + annotated.slice(at);
  return annotated;
}
