/** A module without raii, of about a hundred lines: types, a class, functions. */
export function plainModule(index) {
  const parts = Array.from(
    { length: 8 },
    (_, part) => `
export interface Shape${index}_${part} {
  readonly name: string;
  readonly sides?: readonly number[];
}

export function area${index}_${part}({ name, sides = [] }: Shape${index}_${part}): string {
  const total = sides.reduce((sum, side) => sum + side * side, ${part});
  if (total > 100) return \`\${name} is large\`;
  return \`\${name}: \${total}\`;
}
`,
  );
  return `// Shapes, part ${index}.\nconst version: number = ${index};\nexport const of${index} = () => version;\n${parts.join("")}`;
}

/** A module of about `lines` lines in which one function of `every` acquires. */
export function sourceWithRaii(lines, every) {
  const plain = (index) => `
/** Adds up what a list holds. */
function sum${index}(list: readonly number[], start = 0): number {
  let total: number = start;
  for (const each of list) {
    if (each < 0) continue; // a debt
    total += each;
  }
  return total;
}
`;
  const annotated = (index) => `
/** Copies a file, and tells how much it was. */
export function copy${index}(from: string, to: string): number {
  "use raii";
  const source = raii(openFile(from));
  const target = raii(openFile(to));
  const parts = source.read().map((part) => part.length);
  target.write(parts.join());
  return sum${index - 1}(parts);
}
`;
  let text = `import { raii } from "ts-raii";\nimport { openFile } from "./files";\n`;
  for (let index = 1; text.split("\n").length < lines; index++)
    text += index % every === 0 ? annotated(index) : plain(index);
  return text;
}
