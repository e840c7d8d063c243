// Sources of any size, a kind each: what grows in them is the number of scopes, functions, statements, or how deep they nest.

const head = `import { raii } from "ts-raii";
interface Lock { value(n: number): number; [Symbol.dispose](): void; [Symbol.asyncDispose](): Promise<void> }
declare function open(n: number): Lock;
declare function log(n: number): void;
declare function later(n: number): Promise<number>;
`;

/** @param {number} count @param {(index: number) => string} write */
const repeat = (count, write) => Array.from({ length: count }, (_, index) => write(index)).join("\n");

/** @param {number} index six lines of ordinary code. */
const work = (index) => repeat(6, (line) => `if (total > ${line}) log(total * ${index} + ${line});`);

/** @param {number} index ten lines, one scope. */
const scope = (index) => `{
const lock = raii(open(${index}));
${work(index)}
total += lock.value(${index});
}`;

/** @param {string} statements */
const inFunction = (statements) => `${head}export function all(total: number): number {
"use raii";
${statements}
return total;
}`;

/** @param {string} start @param {number} index */
const method = (start, index) => `${start} {
"use raii";
${scope(index)}
return total;
}`;

/** @type {Record<string, (count: number) => string>} */
export const wide = {
  "one function of many scopes": (count) => inFunction(repeat(count, scope)),
  "functions of a hundred scopes": (count) =>
    head +
    repeat(
      count,
      (index) => `export function f${index}(total: number): number {
"use raii";
${repeat(100, scope)}
return total;
}`,
    ),
  functions: (count) =>
    head + repeat(count, (index) => method(`export function f${index}(total: number): number`, index)),
  "asynchronous functions": (count) =>
    head +
    repeat(
      count,
      (index) => `export async function f${index}(total: number): Promise<number> {
"use raii";
{
const lock = await raii(open(${index}));
${work(index)}
total += await later(lock.value(${index}));
}
return total;
}`,
    ),
  generators: (count) =>
    head +
    repeat(
      count,
      (index) => `export function* f${index}(total: number): Generator<number, number> {
"use raii";
${scope(index)}
yield total;
return total;
}`,
    ),
  "closures beside each other": (count) =>
    `${head}export function all(log: (n: number) => void): (() => number)[] {
const closures: (() => number)[] = [];
${repeat(count, (index) => `const c${index} = (): number => {\n"use raii";\nlet total = 0;\n${scope(index)}\nreturn total;\n};\nclosures.push(c${index});`)}
return closures;
}`,
  "methods of one name": (count) =>
    head +
    repeat(
      count,
      (index) => `export const o${index} = { ${method("close(total: number): number", index)} };`,
    ),
  "methods of one class": (count) =>
    `${head}export class All {
#total = 0;
${repeat(count, (index) => `m${index}(): number {\n"use raii";\nlet total = this.#total;\n${scope(index)}\nreturn total;\n}`)}
}`,
  "classes with private names": (count) =>
    head +
    repeat(
      count,
      (index) => `export class C${index} {
#total = 0;
close(): number {
"use raii";
let total = this.#total;
${scope(index)}
return total;
}
}`,
    ),
  constructors: (count) =>
    head +
    repeat(
      count,
      (index) => `export class C${index} {\nconstructor(total: number) {\n"use raii";\n${scope(index)}\n}\n}`,
    ),
  "functions of a namespace": (count) =>
    `${head}export namespace All {
${repeat(count, (index) => method(`export function f${index}(total: number): number`, index))}
}`,
  "acquisitions of one scope": (count) =>
    inFunction(
      repeat(count, (index) => `const lock${index} = raii(open(${index}));\nlog(lock${index}.value(1));`),
    ),
  "clauses of a switch": (count) =>
    inFunction(
      `switch (total) {\n${repeat(count, (index) => `case ${index}:\nlog(raii(open(${index})).value(1));\n${scope(index)}\nbreak;`)}\n}`,
    ),
  "operands of an expression": (count) =>
    inFunction(`total = 0\n${repeat(count, (index) => `+ raii(open(${index})).value(1)`)};`),
  "else if": (count) =>
    inFunction(
      `if (total < 0) log(0);\n${repeat(count, (index) => `else if (total === ${index}) ${scope(index)}`)}`,
    ),
};

/** @type {Record<string, (depth: number) => string>} */
export const deep = {
  "blocks in blocks": (depth) =>
    inFunction(
      `${repeat(depth, (index) => `{ const lock${index} = raii(open(${index}));`)}\n${"}".repeat(depth)}`,
    ),
  "loops in loops": (depth) =>
    inFunction(
      `${repeat(depth, (index) => `for (const x${index} of [1]) { raii(open(x${index}));`)}\n${"}".repeat(depth)}`,
    ),
  "functions in functions": (depth) =>
    inFunction(
      `${repeat(depth, (index) => `const lock${index} = raii(open(${index}));\nconst f${index} = function () { "use raii"; log(lock${index}.value(1));`)}
raii(open(0)); ${"};".repeat(depth)}`,
    ),
  "arrow functions in arrow functions": (depth) =>
    inFunction(
      `${repeat(depth, (index) => `const f${index} = (): void => { "use raii"; raii(open(${index}));`)}\n${"};".repeat(depth)}`,
    ),
  "classes in classes": (depth) =>
    inFunction(
      `${repeat(depth, (index) => `class C${index} { #n = 1; m() { "use raii"; raii(open(this.#n));`)}\n${"} }".repeat(depth)}`,
    ),
};
