import type { ResourceKind } from "./program.ts";

/** Resources one after the other in one scope, a statement after each, and how the body ends. */
export interface Flat {
  readonly resources: readonly ResourceKind[];
  readonly ending: "" | "return r0;" | `throw new Error("body");` | "throw undefined;";
}

const header = `import { raii } from "ts-raii";\n`;

/** As one function body. */
export function printFlat({ resources, ending }: Flat): string {
  return `${header}export function main(t: any) { "use raii"; ${resources.map(acquire).join(" ")} ${ending} }`;
}

/** Each resource in a function of its own, called at the end of the one before. */
export function printFunctions(flat: Flat): string {
  return header + nest(flat, "return (() => {", "})();");
}

/** Each resource in a block of its own, at the end of the one before. */
export function printBlocks(flat: Flat): string {
  return header + nest(flat, "{", "}");
}

function nest({ resources, ending }: Flat, open: string, close: string): string {
  const directive = open.includes("=>") ? `"use raii"; ` : "";
  const inner = resources.reduceRight(
    (rest, resource, index) => `${open} ${directive}${acquire(resource, index)} ${rest} ${close}`,
    ending as string,
  );
  return `export function main(t: any) { "use raii"; ${inner} }`;
}

function acquire(resource: ResourceKind, index: number): string {
  return `const r${index} = raii(t.open("${resource}", "r${index}")); t.log("s${index}", r${index});`;
}
