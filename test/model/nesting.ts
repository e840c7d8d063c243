import type { ResourceKind } from "./kinds.ts";

/** Resources one after the other in one scope, a statement after each, and how the body ends. */
export interface Flat {
  readonly isAsync: boolean;
  readonly resources: readonly ResourceKind[];
  readonly ending: "" | "return r0;" | `throw new Error("body");` | "throw undefined;";
}

/** As one function body. */
export function printFlat(flat: Flat): string {
  const { resources, ending } = flat;
  return main(
    flat,
    `${resources.map((resource, index) => acquire(flat, resource, index)).join(" ")} ${ending}`,
  );
}

/** Each resource in a function of its own, called at the end of the one before. */
export function printFunctions(flat: Flat): string {
  const open = flat.isAsync ? "return await (async () => {" : "return (() => {";
  return main(flat, nest(flat, `${open} "use raii";`, "})();"));
}

/** Each resource in a block of its own, at the end of the one before. */
export function printBlocks(flat: Flat): string {
  return main(flat, nest(flat, "{", "}"));
}

function main({ isAsync }: Flat, body: string): string {
  return `import { raii } from "ts-raii";
export ${isAsync ? "async " : ""}function main(t: any) { "use raii"; ${body} }`;
}

function nest(flat: Flat, open: string, close: string): string {
  return flat.resources.reduceRight(
    (rest, resource, index) => `${open} ${acquire(flat, resource, index)} ${rest} ${close}`,
    flat.ending as string,
  );
}

function acquire({ isAsync }: Flat, resource: ResourceKind, index: number): string {
  const how = isAsync ? "await raii" : "raii";
  return `const r${index} = ${how}(t.open("${resource}", "r${index}")); t.log("s${index}", r${index});`;
}
