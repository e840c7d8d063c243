// node measure-interleaved.mjs <mono|mega> <unit> <milliseconds> <module>…: prints JSON, the nanoseconds of each module.
//
// All variants in one process, in short turns: what else the machine does meets all alike. The first one must not teach the
// engine what it knows of the others: so each has classes of its own, and a loop of its own.
import { pathToFileURL } from "node:url";
import { createLocks } from "./locks.mjs";

const [mode, unit, milliseconds, ...files] = process.argv.slice(2);

/** A function with a text of its own: V8 shares what it knows between functions that were made of one text. */
const loopOf = (file, isAsync) =>
  new Function(
    "calls",
    "locks",
    "rounds",
    `/* ${file} */ return ${isAsync ? "async" : ""} function () {
      let sum = 0;
      for (let i = 0; i < rounds; i++) sum += ${isAsync ? "await" : ""} calls[i & (calls.length - 1)](locks[i & (calls.length - 1)]);
      return sum;
    };`,
  );

const variants = [];
for (const file of files) {
  const module = await import(pathToFileURL(file).href);
  const locks = createLocks(mode, file);
  const calls = locks.map((_, k) => module[`call_${k}`]);
  const rounds = Math.ceil(4000 / unit / calls.length) * calls.length;
  const isAsync = calls[0](locks[0]) instanceof Promise;
  variants.push({ file, rounds, batch: loopOf(file, isAsync)(calls, locks, rounds), times: [] });
}

const end = Date.now() + Number(milliseconds);
let expected;
for (let turn = 0; turn < 40 || Date.now() < end; turn++) {
  for (const { file, rounds, batch, times } of variants) {
    const start = process.hrtime.bigint();
    const sum = await batch();
    const ns = Number(process.hrtime.bigint() - start) / rounds / unit;
    if ((expected ??= sum) !== sum) throw new Error(`${file} does not do what the others do`);
    if (turn >= 16) times.push(ns);
  }
}

/** Low, but not the lowest: the garbage that a variant makes is collected in some of its turns. */
const lowTenth = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 10)];
console.log(JSON.stringify(variants.map(({ times }) => lowTenth(times))));
