import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, run, runAsync, tap } from "../../runtime/index.ts";
import { thrownBy, type Trace } from "../runtime/traced.ts";
import { noted, raise } from "./noted.ts";

describe("tap(resource, action)", () => {
  it("does something with the handle as soon as it is there, and keeps the handle", () => {
    const trace: Trace = [];
    const told = tap(noted("file", trace), (handle) => trace.push(`tap ${handle}`));
    run(function* () {
      trace.push(`body ${yield* acquire(told)}`);
    });
    expect(trace).toEqual(["tap file", "body file", "-file succeeded"]);
  });

  it("waits for a promise that the action returns", async () => {
    const trace: Trace = [];
    const told = tap(noted("file", trace), async (handle) => {
      await new Promise(setImmediate);
      trace.push(`tap ${handle}`);
    });
    await runAsync(function* () {
      trace.push(`body ${yield* acquireAsync(told)}`);
    });
    expect(trace).toEqual(["tap file", "body file", "-file succeeded"]);
  });

  it("is part of the acquisition: what the action throws releases the resource, and is what that throws", async () => {
    const trace: Trace = [];
    const throws = tap(noted("file", trace), () => raise("no"));
    expect(thrownBy(() => run(() => acquire(throws)))).toEqual({ error: "no" });
    const rejects = tap(noted("file", trace), () => Promise.reject("no"));
    await expect(runAsync(() => acquireAsync(rejects))).rejects.toBe("no");
    expect(trace).toEqual(['-file failed "no"', '-file failed "no"']);
  });
});
