// node --expose-gc measure-many.mjs <module> <count>: prints what it takes to hold that many resources in one scope.
import { pathToFileURL } from "node:url";
import { createLocks } from "./locks.mjs";

const [file, count] = process.argv.slice(2);
const { many } = await import(pathToFileURL(file).href);

const Lock = createLocks("mono")[0][0].constructor;
const locks = Array.from({ length: Number(count) }, () => new Lock());
const nothing = () => {};

many(locks.slice(0, 1000), nothing); // warm
const runs = Array.from({ length: 7 }, () => {
  globalThis.gc();
  const start = performance.now();
  many(locks, nothing);
  return performance.now() - start;
});

globalThis.gc();
const before = process.memoryUsage().heapUsed;
let bytes = 0;
many(locks, () => {
  globalThis.gc();
  bytes = process.memoryUsage().heapUsed - before;
});

console.log(JSON.stringify({ ns: (Math.min(...runs) * 1e6) / locks.length, bytes: bytes / locks.length }));
