import { createTools, type Tools } from "../../fixtures/exec/tools.ts";
import { evaluate } from "./evaluate.ts";
import { flattenError } from "./flatten-error.ts";

/** What stands in a log for one turn of the microtask queue. */
export const tick = "~";

/**
 * Runs a module's default export, twice, and gives everything that can be observed of it. Where it gives a promise, its
 * log shows the ticks that pass until that is settled: so two logs that are equal agree in each tick (S8).
 */
export async function observeFixture(code: string, fileName: string): Promise<string[]> {
  const { default: main } = evaluate(code, fileName) as { default: (tools: Tools) => unknown };
  // What the first run leaves behind shows in the second.
  return [...(await run(main)), "again:", ...(await run(main))];
}

async function run(main: (tools: Tools) => unknown): Promise<string[]> {
  const { tools, log } = createTools();
  let result: unknown;
  try {
    result = main(tools);
    if (!(result instanceof Promise)) log.push(`returned ${String(result)}`);
  } catch (error) {
    log.push(`threw ${flattenError(error)}`);
  }
  if (result instanceof Promise) await observePromise(result, log);
  return log;
}

async function observePromise(promise: Promise<unknown>, log: string[]): Promise<void> {
  let isSettled = false;
  promise.then(
    (value) => {
      isSettled = true;
      log.push(`resolved ${String(value)}`);
    },
    (error: unknown) => {
      isSettled = true;
      log.push(`rejected ${flattenError(error)}`);
    },
  );
  for (let ticks = 0; !isSettled; ticks++) {
    if (ticks === 2_000) throw new Error("the fixture does not settle"); // none waits so long
    log.push(tick);
    await undefined;
  }
}
