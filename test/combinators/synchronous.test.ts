import { createHook } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import {
  acquire,
  all,
  flatMap,
  map,
  onExit,
  race,
  recover,
  resource,
  run,
  tap,
} from "../../runtime/index.ts";
import { disposable, thrownBy, type Trace } from "../runtime/traced.ts";
import { ways } from "./use.ts";
import { use } from "./use.ts";

/** Of every combinator one, of synchronous resources, with a failure that is recovered from. */
function made(trace: Trace, fails: boolean) {
  const failing = resource(
    () => {
      throw "no";
    },
    () => {},
  );
  const plain = resource(
    () => "plain",
    () => void trace.push("-plain"),
  );
  const group = all({
    mapped: map(plain, (text) => text.length),
    tapped: tap(disposable(trace, "tapped"), () => trace.push("tap")),
    raced: race([failing, plain]),
    recovered: recover(all([plain, failing]), () => all([plain], { parallel: true })),
  });
  return onExit(
    flatMap(group, ({ mapped }) => (fails ? failing : map(null, () => mapped))),
    () => trace.push("exit"),
  );
}

describe("what is made of synchronous resources is synchronous (S8, property 45)", () => {
  it("when the call returns all is released, and no microtask has run", async () => {
    for (const fails of [false, true]) {
      const trace: Trace = [];
      queueMicrotask(() => trace.push("microtask"));
      const outcome = thrownBy(() =>
        run(function* () {
          throw yield* acquire(made(trace, fails));
        }),
      );
      expect(outcome).toEqual({ error: fails ? "no" : 5 });
      trace.push("returned");
      await Promise.resolve();
      expect(trace.slice(-3)).toEqual(["exit", "returned", "microtask"]);
      expect(trace.filter((entry) => entry === "-plain")).toHaveLength(4);
    }
  });

  it("no promise is made", () => {
    const kinds: string[] = [];
    const hook = createHook({ init: (_id, type) => void kinds.push(type) }).enable();
    try {
      for (const way of ways) use([made([], false)], way, []);
      use([made([], true)], "return", []);
      expect(kinds).toEqual([]);
      void Promise.resolve(); // the measurement itself works
      expect(kinds).toEqual(["PROMISE"]);
    } finally {
      hook.disable();
    }
  });
});
