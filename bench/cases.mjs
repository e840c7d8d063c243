import { readFileSync } from "node:fs";
import { copies } from "./locks.mjs";

/** `unit`: how many times one call runs what is counted (the iterations of a loop). */
export const cases = [
  { name: "one", label: "1 resource", unit: 1 },
  { name: "three", label: "3 resources", unit: 1 },
  { name: "eight", label: "8 resources", unit: 1 },
  { name: "block", label: "nested block, once", unit: 1 },
  { name: "loop", label: "nested block, per iteration of 100", unit: 100 },
  { name: "method", label: "method using this, 1 resource", unit: 1 },
  { name: "closure", label: "closure, 1 resource", unit: 1 },
  { name: "closure-made", label: "closure made for each call", unit: 1 },
  { name: "constructor", label: "constructor, 1 resource", unit: 1 },
  { name: "generator", label: "generator, 3 resources, 4 yields", unit: 1 },
  { name: "generator-closed", label: "the same, closed at its second yield", unit: 1 },
  { name: "async", label: "async, 3 AsyncDisposables, 4 awaits", unit: 1 },
  { name: "async-of-sync", label: "async, 3 Disposables, 4 awaits", unit: 1 },
  { name: "async-mixed", label: "async, 1 AsyncDisposable between 2 Disposables, 4 awaits", unit: 1 },
  { name: "async-loop", label: "async, nested block, per iteration of 100", unit: 100 },
  { name: "async-generator", label: "async generator, 3 AsyncDisposables, 4 yields", unit: 1 },
];

/** The source of a case, repeated with every `_0` renamed: several functions with one set of helpers, as in an application. */
export function readCase(name, count = copies) {
  return repeatCase(readFileSync(new URL(`cases/${name}.ts`, import.meta.url), "utf8"), count);
}

export function repeatCase(text, count = copies) {
  const isImport = (line) => line.startsWith("import ");
  const lines = text.split("\n");
  const body = lines.filter((line) => !isImport(line)).join("\n");
  const bodies = Array.from({ length: count }, (_, k) => body.replaceAll(/_0\b/g, `_${k}`));
  return [...lines.filter(isImport), ...bodies].join("\n");
}
