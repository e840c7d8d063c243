import { describe, expect, it } from "vitest";
import { acquireAsync, resource, runAsync } from "../../runtime/index.ts";
import { rejectedBy, ticks, type Trace } from "./traced.ts";

const use = (made: Parameters<typeof acquireAsync>[0]) =>
  runAsync(function* () {
    return { handle: (yield* acquireAsync(made)) as unknown };
  });

describe("resource() of asynchronous functions", () => {
  it("awaits what acquire returns, and what release returns, with the awaited handle", async () => {
    const trace: Trace = [];
    const connection = resource(
      async () => {
        await ticks(2);
        trace.push("+connected");
        return { id: 1 };
      },
      async ({ id }, exit) => {
        await ticks(2);
        trace.push(`-${id} ${exit.kind}`);
      },
    );
    expect(trace).toEqual([]);
    expect(await use(connection)).toEqual({ handle: { id: 1 } });
    expect(await use(connection)).toEqual({ handle: { id: 1 } });
    expect(trace).toEqual(["+connected", "-1 succeeded", "+connected", "-1 succeeded"]);
  });

  it("takes thenables as promises, and either function may be synchronous", async () => {
    const trace: Trace = [];
    const thenable = <T>(value: T) => ({ then: (resolve: (value: T) => void) => resolve(value) });
    const variants = [
      resource(
        () => thenable("handle") as PromiseLike<string>,
        (handle) => trace.push(handle),
      ),
      resource(
        () => "handle",
        (handle) => thenable(trace.push(handle)),
      ),
      resource(
        async () => "handle",
        (handle) => trace.push(handle),
      ),
      resource(
        () => "handle",
        (handle) => trace.push(handle),
      ),
    ];
    for (const each of variants) expect(await use(each)).toEqual({ handle: "handle" });
    expect(trace).toEqual(variants.map(() => "handle"));
  });

  it("calls both without `this` and hands over the handle and the exit alone", async () => {
    const calls: unknown[] = [];
    await use(
      resource(
        async function (this: unknown, ...args: unknown[]) {
          calls.push([this, args]);
          return 1;
        },
        async function (this: unknown, ...args: unknown[]) {
          calls.push([this, args]);
        },
      ),
    );
    expect(calls).toEqual([
      [undefined, []],
      [undefined, [1, { kind: "succeeded" }]],
    ]);
  });

  it("property 34: one that failed can be acquired again", async () => {
    let attempts = 0;
    const flaky = resource(
      async () => {
        if (++attempts === 1) throw new Error("first attempt");
        return attempts;
      },
      () => {},
    );
    expect(String((await rejectedBy(use(flaky))).error)).toContain("first attempt");
    expect(await use(flaky)).toEqual({ handle: 2 });
  });

  it("property 3: the same one acquired in programs that run at once is an acquisition for each", async () => {
    const trace: Trace = [];
    let next = 0;
    const counter = resource(
      async () => ++next,
      async (id) => void trace.push(`-${id}`),
    );
    await runAsync(function* () {
      yield* acquireAsync(counter);
      yield* acquireAsync(
        resource(
          () => Promise.all([use(counter), use(counter)]),
          () => {},
        ),
      );
    });
    expect(trace).toEqual(["-2", "-3", "-1"]);
  });
});
