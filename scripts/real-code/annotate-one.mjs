import ts from "typescript";

const imports = 'import { raii as raii_ } from "ts-raii"; import { counted as counted_ } from "counted"; ';

/**
 * Annotates one function of a file, and gives it an acquisition. Nothing is moved to another line.
 *
 * @param seed which function: the number is taken modulo how many there are.
 * @returns the text, and the lines from which and up to which the function goes; `undefined` where there is no function.
 */
export function annotateOne(text, fileName, seed) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext, true);
  const functions = [];
  const visit = (node) => {
    // A generator may be abandoned for good, and then releases nothing.
    if (ts.isFunctionLike(node) && node.body && ts.isBlock(node.body) && !node.asteriskToken)
      functions.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (functions.length === 0) return undefined;
  const chosen = functions[seed % functions.length];
  const at = chosen.body.getStart() + 1;
  // After the comments at the top: some of them are instructions to the compiler.
  const top = file.statements[0].getStart();
  const annotated = `${text.slice(0, top)}${imports}${text.slice(top, at)} "use raii"; raii_(counted_); ${text.slice(at)}`;
  const lineOf = (position) => file.getLineAndCharacterOfPosition(position).line;
  return { text: annotated, first: lineOf(chosen.getStart()), last: lineOf(chosen.end) };
}

/** The lines outside the function that are no longer there, in their order. A program may stand behind one of them. */
export function changedLines({ text, first, last }, code) {
  const result = code.split("\n");
  let next = 0;
  return text.split("\n").filter((line, index) => {
    if (line.trim() === "" || (index >= first && index <= last)) return false;
    const rest = line.replace(imports, "").trimEnd();
    const found = result.findIndex((each, at) => at >= next && each.includes(rest));
    if (found < 0) return true;
    next = found;
    return false;
  });
}
