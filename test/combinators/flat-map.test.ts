import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, type AsyncAcquirable, flatMap, run, runAsync } from "../../runtime/index.ts";
import { thrownBy, type Trace } from "../runtime/traced.ts";
import { failing, noted, raise } from "./noted.ts";

describe("flatMap(resource, next)", () => {
  it("acquires one resource with the handle of another, and releases them in reverse", () => {
    const trace: Trace = [];
    const made = flatMap(noted("a", trace), (handle) => noted(`${handle}.b`, trace));
    expect(trace).toEqual([]);
    expect(run(() => acquire(made))).toBe("a.b");
    expect(trace).toEqual(["-a.b succeeded", "-a succeeded"]);
  });

  it("makes a resource for each acquisition", () => {
    let count = 0;
    const made = flatMap(null, () => noted(`${++count}`, []));
    const handles = run(function* () {
      return [yield* acquire(made), yield* acquire(made)];
    });
    expect(handles).toEqual(["1", "2"]);
  });

  it.each<[string, (trace: Trace) => AsyncAcquirable]>([
    ["the function throws", (trace) => flatMap(noted("a", trace), () => raise("no"))],
    ["the second cannot be acquired", (trace) => flatMap(noted("a", trace), () => failing("no"))],
    ["the promise of it is rejected", (trace) => flatMap(noted("a", trace), () => Promise.reject("no"))],
  ])("releases the first, and tells it, when %s", async (_, make) => {
    const trace: Trace = [];
    await expect(runAsync(() => acquireAsync(make(trace)))).rejects.toBe("no");
    expect(trace).toEqual(['-a failed "no"']);
  });

  it("does not go on when the first cannot be acquired", () => {
    const made = flatMap(failing("no"), () => expect.fail("there is no handle"));
    expect(thrownBy(() => run(() => acquire(made)))).toEqual({ error: "no" });
  });

  it("a promise of a chain goes on with that chain", async () => {
    const trace: Trace = [];
    const next = (depth: number): AsyncAcquirable =>
      flatMap(noted(`${depth}`, trace), async () => (depth ? next(depth - 1) : null) as null);
    await runAsync(() => acquireAsync(next(3)));
    expect(trace).toEqual(["-0 succeeded", "-1 succeeded", "-2 succeeded", "-3 succeeded"]);
  });
});
