import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, map, run, runAsync } from "../../runtime/index.ts";
import { thrownBy, type Trace } from "../runtime/traced.ts";
import { failing, noted, raise } from "./noted.ts";

describe("map(resource, change)", () => {
  it("gives another handle for the same resource", () => {
    const trace: Trace = [];
    const length = map(noted("file", trace), (text) => text.length);
    expect(trace).toEqual([]);
    expect(run(() => acquire(length))).toBe(4);
    expect(trace).toEqual(["-file succeeded"]);
  });

  it("computes the handle once for each acquisition", () => {
    let count = 0;
    const counted = map(null, () => ++count);
    const handles = run(function* () {
      return [yield* acquire(counted), yield* acquire(counted)];
    });
    expect(handles).toEqual([1, 2]);
  });

  it("takes a promise of the handle, and is then asynchronous", async () => {
    const trace: Trace = [];
    const later = map(noted("file", trace), async (text) => text.length);
    expect(await runAsync(() => acquireAsync(later))).toBe(4);
    expect(trace).toEqual(["-file succeeded"]);
  });

  it("releases the resource, and tells it, when the function throws or its promise is rejected", async () => {
    const trace: Trace = [];
    const throws = map(noted("file", trace), () => raise("no"));
    expect(thrownBy(() => run(() => acquire(throws)))).toEqual({ error: "no" });
    const rejects = map(noted("file", trace), () => Promise.reject("no"));
    await expect(runAsync(() => acquireAsync(rejects))).rejects.toBe("no");
    expect(trace).toEqual(['-file failed "no"', '-file failed "no"']);
  });

  it("does not ask for a handle that there is not", () => {
    const never = map(failing("no"), () => expect.fail("there is no handle"));
    expect(thrownBy(() => run(() => acquire(never)))).toEqual({ error: "no" });
  });

  it("what throws when it is asked for its then is a rejection, as of await, and all is released", async () => {
    const trace: Trace = [];
    const odd = Object.defineProperty({}, "then", { get: () => raise("then") });
    const made = map(noted("a", trace), () => odd);
    expect(thrownBy(() => run(() => acquire(made as never)))).toEqual({ error: "then" });
    expect(trace).toEqual(['-a failed "then"']);
  });
});
