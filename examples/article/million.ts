import { contextManager } from "ts-raii";
import { check } from "../check.js";
import { holdAll } from "./hold-all.js";

// The loop of thousand.ts over a million resources: what it takes, and whether the order is still right.

const count = 1_000_000;
const order = new Uint32Array(count); // what was released, in order; outside the heap that is measured
let released = 0;

const numbered = contextManager(function* numbered(i: number) {
  try {
    yield i;
  } finally {
    order[released++] = i;
  }
});

const heap = () => {
  globalThis.gc?.(); // with --expose-gc the numbers are those of what lives
  return process.memoryUsage().heapUsed;
};
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

const before = heap();
let held = 0;
let measuring = 0;
const start = performance.now();
holdAll(count, numbered, () => {
  const from = performance.now();
  held = heap();
  measuring = performance.now() - from;
});
const seconds = (performance.now() - start - measuring) / 1000;
const after = heap();

const each = Math.round((held - before) / count);
console.log(`time   ${seconds.toFixed(2)} s to acquire, hold and release ${count.toLocaleString("en")}`);
console.log(
  `heap   ${megabytes(before)} before, ${megabytes(held)} while all are held (${each} bytes each, the context manager ` +
    `and its generator included), ${megabytes(after)} after`,
);
check(
  "released from 999,999 to 0, each once",
  released === count && order.every((i, place) => i === count - 1 - place),
);
