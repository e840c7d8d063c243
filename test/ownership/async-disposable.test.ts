import { describe, expect, it } from "vitest";
import { asyncDisposable, type AsyncResource, type Exit, resource } from "../../runtime/index.ts";
import {
  asyncDisposable as plain,
  AsyncTraced,
  disposable,
  isCombined,
  rejectedBy,
  shapeOf,
  ticks,
  type Trace,
  Traced,
} from "../runtime/traced.ts";

const told = (trace: Trace, name = "r"): AsyncResource<string> =>
  new AsyncTraced(trace, name, (exit: Exit) => trace.push(`${name} ${exit.kind}`));

describe("asyncDisposable", () => {
  it("awaits the acquisition; `await using` awaits the release at the end of the block", async () => {
    const trace: Trace = [];
    {
      await using a = await asyncDisposable(told(trace, "a"));
      await using b = await asyncDisposable(told(trace, "b"));
      trace.push(a.handle, b.handle);
    }
    expect(trace).toEqual(["+a", "+b", "A", "B", "-b", "b cancelled", "-a", "a cancelled"]);
  });

  it("takes what `await raii` takes: Disposables of both kinds, resources of both kinds, promises of them, nothing", async () => {
    const trace: Trace = [];
    const values = [
      plain(trace, "async"),
      disposable(trace, "sync"),
      new Traced(trace, "a"),
      Promise.resolve(new Traced(trace, "b")),
      null,
    ] as const;
    const handles: unknown[] = [];
    for (const value of values) {
      await using held = await asyncDisposable(value);
      handles.push(held.handle);
    }
    expect(handles).toEqual([values[0], values[1], "A", "B", null]);
    expect(trace).toEqual(["-async", "async released", "-sync", "+a", "-a", "+b", "-b"]);
  });

  it("the release is told `succeeded` where succeed() was called, and else `cancelled`", async () => {
    const trace: Trace = [];
    const block = async (succeeds: boolean, fails: boolean): Promise<void> => {
      await using held = await asyncDisposable(told(trace));
      if (succeeds) held.succeed();
      if (fails) throw new Error("body");
    };
    await block(true, false);
    await block(false, false);
    await expect(block(false, true)).rejects.toThrow("body");
    expect(trace.filter((each) => each.startsWith("r "))).toEqual([
      "r succeeded",
      "r cancelled",
      "r cancelled",
    ]);
  });

  it("is released once; who disposes of it meanwhile waits for the end, and gets its error", async () => {
    const trace: Trace = [];
    const held = await asyncDisposable(told(trace));
    const first = held[Symbol.asyncDispose]();
    held.succeed();
    await held[Symbol.asyncDispose]();
    expect(trace).toEqual(["+r", "-r", "r cancelled"]);
    await Promise.all([first, held[Symbol.asyncDispose]()]);
    expect(trace).toHaveLength(3);

    const failure = new Error("release");
    const failing = await asyncDisposable(
      resource(
        () => {},
        async () => {
          await ticks(3);
          throw failure;
        },
      ),
    );
    const both = [failing[Symbol.asyncDispose](), failing[Symbol.asyncDispose]()];
    for (const each of both) expect((await rejectedBy(each)).error).toBe(failure);
    await failing[Symbol.asyncDispose](); // it is over, and nothing is told again
  });

  it("S2: rejects with what the acquisition throws, and refuses what is no resource", async () => {
    const failure = new Error("no");
    const failing = resource(
      async () => {
        await ticks(2);
        throw failure;
      },
      () => expect.fail("released"),
    );
    expect((await rejectedBy(asyncDisposable(failing))).error).toBe(failure);
    expect((await rejectedBy(asyncDisposable("text" as never))).error).toBeInstanceOf(TypeError);
  });

  it("S4: the error of the release is combined with that of the block", async () => {
    const release = new Error("release");
    const body = new Error("body");
    const block = async (): Promise<void> => {
      await using held = await asyncDisposable(
        resource(
          () => {},
          () => Promise.reject(release),
        ),
      );
      void held.handle;
      throw body;
    };
    const { error } = await rejectedBy(block());
    expect(isCombined(error) && shapeOf(error)).toEqual([release, body]);
  });
});
