import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, onExit, resource, run, runAsync } from "../../runtime/index.ts";
import { combined, disposable, shapeOf, thrownBy, type Trace } from "../runtime/traced.ts";
import { exitText } from "./build-part.ts";
import { failing, noted, raise } from "./noted.ts";

describe("onExit(resource, action)", () => {
  it("comes after the release, and is told how the scope ended", () => {
    const trace: Trace = [];
    const told = onExit(noted("file", trace), (exit) => void trace.push(`exit ${exitText(exit)}`));
    expect(run(() => acquire(told))).toBe("file");
    const fails = function* () {
      yield* acquire(told);
      throw "body";
    };
    expect(thrownBy(() => run(fails))).toEqual({ error: "body" });
    expect(trace).toEqual(["-file succeeded", "exit succeeded", '-file failed "body"', 'exit failed "body"']);
  });

  it("is told what the release has left: its error, or that it suppressed one", () => {
    const trace: Trace = [];
    const tell = (exit: Parameters<Parameters<typeof onExit>[1]>[0]): void => void trace.push(exitText(exit));
    const breaks = onExit(disposable([], "a", { error: "release" }), tell);
    expect(thrownBy(() => run(() => acquire(breaks)))).toEqual({ error: "release" });
    const suppressing = resource(
      () => {},
      (_, exit) => exit.kind === "failed" && exit.suppress(),
    );
    run(function* () {
      yield* acquire(onExit(suppressing, tell));
      throw "body";
    });
    expect(trace).toEqual(['failed "release"', "succeeded"]);
  });

  it("is told of an acquisition that failed", () => {
    const trace: Trace = [];
    const told = onExit(failing("no"), (exit) => void trace.push(exitText(exit)));
    expect(thrownBy(() => run(() => acquire(told)))).toEqual({ error: "no" });
    expect(trace).toEqual(['failed "no"']);
  });

  it("is a release as any: it is awaited, its error is combined, and it can suppress that of the body", async () => {
    const trace: Trace = [];
    const later = onExit(noted("file", trace), async () => {
      await new Promise(setImmediate);
      trace.push("exit");
    });
    await runAsync(() => acquireAsync(later));
    expect(trace).toEqual(["-file succeeded", "exit"]);

    const breaking = function* () {
      yield* acquire(onExit(null, () => raise("exit")));
      throw "body";
    };
    expect(shapeOf(combined(thrownBy(() => run(breaking)).error))).toEqual(["exit", "body"]);

    const suppressed = function* () {
      yield* acquire(onExit(null, (exit) => exit.kind === "failed" && exit.suppress()));
      throw "body";
    };
    expect(run(suppressed)).toBe(undefined);
  });

  it("cannot suppress the failure of the acquisition: there is no handle to go on with", () => {
    const told = onExit(failing("no"), (exit) => exit.kind === "failed" && exit.suppress());
    expect(thrownBy(() => run(() => acquire(told)))).toEqual({ error: "no" });
  });
});
