/** A file that uses raii, for hosts to compile. */
export function probeText(importSource = "ts-raii"): string {
  return `import { raii } from ${JSON.stringify(importSource)};
export function probe(resource: any): any { "use raii"; const handle = raii(resource); return handle; }
`;
}

/** Whether the call and the directive are gone. CommonJS calls `(0, ts_raii_1.raii)(…)`. */
export function isCompiled(output: string): boolean {
  return output.includes("probe") && !/\braii\)?\(/.test(output) && !output.includes("use raii");
}
