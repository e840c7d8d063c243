// node measure-calls.mjs <module> <mono|mega> <unit>: prints JSON. A process of its own, so that
// what was measured before has taught the engine nothing.
import { pathToFileURL } from "node:url";
import { measure } from "mitata";
import { createLocks } from "./locks.mjs";

const [file, mode, unit] = process.argv.slice(2);
const module = await import(pathToFileURL(file).href);
const locks = createLocks(mode);
const calls = locks.map((_, k) => module[`call_${k}`]);
const mask = calls.length - 1;

// The loop is inside what is measured: a call of 5 ns would drown in the harness's own. Long enough to meet the
// garbage collector, which the allocations of a call must pay for.
const rounds = Math.ceil(50_000 / unit / calls.length) * calls.length;

function batchSync() {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum += calls[i & mask](locks[i & mask]);
  return sum;
}

async function batchAsync() {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum += await calls[i & mask](locks[i & mask]);
  return sum;
}

const first = calls[0](locks[0]);
const batch = first instanceof Promise ? batchAsync : batchSync;
await first;

// What every variant must agree on before its time means anything.
const sum = await batch();
const released = locks.flat().reduce((total, lock) => total + lock.released, 0);

/** The processor's time of a batch, in nanoseconds: the clock on the wall also counts what else the machine does. */
async function timeBatch() {
  const before = process.cpuUsage();
  await batch();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

function* bench() {
  yield { manual: timeBatch };
}

const { p50 } = await measure(bench, {
  min_cpu_time: 120e6,
  min_samples: 12,
  warmup_samples: 3,
  batch_threshold: 0,
  gc: false,
});
console.log(JSON.stringify({ ns: p50 / rounds / unit, check: `${sum} ${released}` }));
