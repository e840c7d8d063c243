import { raii, Resource, resource, run } from "ts-raii";
import { check } from "../check.js";

/*
 * What the article warns of: its runner nests the `with` blocks by calling itself, so each resource that is held costs
 * stack. When there is none left, its `finally` blocks have none either, and the last resources are not even released.
 * The driver of ts-raii is a loop, and what it holds is a list.
 */

const count = 100_000;
let acquired = 0;
let released = 0;

const counted = (i: number) =>
  resource(
    () => (acquired++, i),
    () => released++,
  );

/** The article's runner: acquires what the program yields, and runs the rest of the program inside of that. */
function runByRecursion<Result>(program: () => Generator<Resource<unknown>, Result>): Result {
  const coroutine = program();
  function stack(step: IteratorResult<Resource<unknown>, Result>): Result {
    if (step.done === true) return step.value;
    const acquisition = step.value[Resource.acquire]();
    try {
      return stack(coroutine.next(acquisition.handle));
    } finally {
      acquisition.release({ kind: "succeeded" });
    }
  }
  return stack(coroutine.next());
}

/** The program as the article writes it: each `yield` gives a resource to the runner. */
function* program(): Generator<Resource<number>, string> {
  for (let i = 0; i < count; i++) yield counted(i);
  return "done";
}

/** The same program, compiled by ts-raii. */
function compiled(): string {
  "use raii";
  for (let i = 0; i < count; i++) {
    var handle = raii(counted(i));
  }
  return handle! === count - 1 ? "done" : "wrong handle";
}

function attempt(body: () => string): string {
  acquired = released = 0;
  try {
    return body();
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

const runners = {
  "recursive runner": () => runByRecursion(program),
  "ts-raii, run()": () => run(program),
  "ts-raii, compiled": compiled,
};
const outcomes = Object.entries(runners).map(([runner, body]) => {
  const outcome = attempt(body);
  return { runner, outcome, acquired, released };
});

const number = (n: number) => n.toLocaleString("en").padStart(9);
console.log(`${"".padEnd(19)}${"result".padEnd(12)} acquired  released`);
for (const { runner, outcome, acquired, released } of outcomes) {
  console.log(`${runner.padEnd(19)}${outcome.padEnd(12)}${number(acquired)} ${number(released)}`);
}

const [recursive, ...ours] = outcomes;
check("the recursive runner has no stack left", recursive?.outcome === "RangeError");
check(
  `ts-raii acquires and releases all ${count.toLocaleString("en")}`,
  ours.every((one) => one.outcome === "done" && one.acquired === count && one.released === count),
);
