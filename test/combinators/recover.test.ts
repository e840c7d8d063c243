import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, all, recover, run, runAsync } from "../../runtime/index.ts";
import { asyncDisposable, disposable, thrownBy, type Trace } from "../runtime/traced.ts";
import { failing, noted, raise } from "./noted.ts";

describe("recover(resource, handler)", () => {
  it("acquires another resource where the acquisition of one fails", () => {
    const trace: Trace = [];
    const made = recover(failing("no"), (error) => noted(`instead of ${String(error)}`, trace));
    expect(run(() => acquire(made))).toBe("instead of no");
    expect(trace).toEqual(["-instead of no succeeded"]);
  });

  it("asks nobody where the acquisition succeeds", () => {
    const made = recover(noted("file", []), () => expect.fail("it was acquired"));
    expect(run(() => acquire(made))).toBe("file");
  });

  it("takes a promise of the other, and is then asynchronous", async () => {
    const made = recover(failing("no"), async () => noted("other", []) as never);
    expect(await runAsync(() => acquireAsync(made))).toBe("other");
  });

  it("fails with what the function throws, and with what the other fails with", () => {
    expect(thrownBy(() => run(() => acquire(recover(failing("no"), () => raise("other")))))).toEqual({
      error: "other",
    });
    expect(thrownBy(() => run(() => acquire(recover(failing("no"), () => failing("other")))))).toEqual({
      error: "other",
    });
  });

  it("has released what was acquired when it asks what to do, and told so", async () => {
    const trace: Trace = [];
    const made = recover(all([noted("a", trace), asyncDisposable(trace, "b"), failing("no")]), (error) => {
      trace.push(`recover ${String(error)}`);
      return noted("c", trace);
    });
    const handle = await runAsync(function* () {
      yield* acquireAsync(noted("outer", trace));
      return yield* acquireAsync(made);
    });
    expect(handle).toBe("c");
    expect(trace).toEqual([
      "-b",
      "b released",
      '-a failed "no"',
      "recover no",
      "-c succeeded",
      "-outer succeeded",
    ]);
  });

  it("is about acquisitions: it takes no error of the body, nor of a release", () => {
    const handler = (): never => expect.fail("it was acquired");
    const body = function* () {
      yield* acquire(recover(disposable([], "a"), handler));
      throw "body";
    };
    expect(thrownBy(() => run(body))).toEqual({ error: "body" });
    expect(
      thrownBy(() => run(() => acquire(recover(disposable([], "b", { error: "release" }), handler)))),
    ).toEqual({ error: "release" });
  });
});
