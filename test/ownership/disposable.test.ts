import { describe, expect, it } from "vitest";
import { disposable, type Exit, ExitStack, type Resource, resource } from "../../runtime/index.ts";
import { disposable as plain, isCombined, shapeOf, thrownBy, type Trace, Traced } from "../runtime/traced.ts";

const told = (trace: Trace, name = "r"): Resource<string> =>
  new Traced(trace, name, (exit: Exit) => trace.push(`${name} ${exit.kind}`));

describe("disposable", () => {
  it("acquires at once; `using` releases at the end of the block", () => {
    const trace: Trace = [];
    {
      using a = disposable(told(trace, "a"));
      using b = disposable(told(trace, "b"));
      trace.push(a.handle, b.handle);
    }
    expect(trace).toEqual(["+a", "+b", "A", "B", "-b", "b cancelled", "-a", "a cancelled"]);
  });

  it("a Disposable is its own handle; of nothing there is nothing to release", () => {
    const trace: Trace = [];
    const server = plain(trace, "server");
    {
      using held = disposable(server);
      using none = disposable(null);
      using missing = disposable(undefined);
      expect(held.handle).toBe(server);
      expect([none.handle, missing.handle]).toEqual([null, undefined]);
    }
    expect(trace).toEqual(["-server"]);
  });

  it("the release is told `succeeded` where succeed() was called, and else `cancelled`: also where the block fails", () => {
    const trace: Trace = [];
    const block = (succeeds: boolean, fails: boolean): void => {
      using held = disposable(told(trace));
      if (succeeds) held.succeed();
      if (fails) throw new Error("body");
    };
    block(true, false);
    block(false, false);
    expect(() => block(false, true)).toThrow("body");
    expect(trace.filter((each) => each.startsWith("r "))).toEqual([
      "r succeeded",
      "r cancelled",
      "r cancelled",
    ]);
  });

  it("a transaction whose block fails is rolled back, not committed half done", () => {
    const trace: Trace = [];
    const transaction = resource(
      () => trace.push("begin"),
      (_, exit) => trace.push(exit.kind === "succeeded" ? "commit" : "rollback"),
    );
    const transfer = (amount: number): void => {
      using tx = disposable(transaction);
      if (amount < 0) throw new RangeError("negative");
      tx.succeed();
    };
    transfer(1);
    expect(() => transfer(-1)).toThrow(RangeError);
    expect(trace).toEqual(["begin", "commit", "begin", "rollback"]);
  });

  it("is released once, however often it is disposed of; succeed() afterwards means nothing", () => {
    const trace: Trace = [];
    const held = disposable(told(trace));
    held[Symbol.dispose]();
    held.succeed();
    held[Symbol.dispose]();
    expect(trace).toEqual(["+r", "-r", "r cancelled"]);
  });

  it("a release that disposes of itself again is not called again", () => {
    let count = 0;
    const held = disposable(
      resource(
        () => {},
        () => {
          count++;
          held[Symbol.dispose]();
        },
      ),
    );
    held[Symbol.dispose]();
    expect(count).toBe(1);
  });

  it("S2: throws what the acquisition throws, and refuses what is no resource or takes time", async () => {
    const failure = new Error("no");
    const failing = resource(
      () => {
        throw failure;
      },
      () => expect.fail("released"),
    );
    expect(thrownBy(() => disposable(failing)).error).toBe(failure);
    expect(thrownBy(() => disposable({ close() {} } as never)).error).toBeInstanceOf(TypeError);
    const trace: Trace = [];
    const late = resource(
      async () => "late",
      () => trace.push("given back"),
    );
    expect(thrownBy(() => disposable(late as never)).error).toBeInstanceOf(TypeError);
    await new Promise((resolve) => setTimeout(resolve));
    expect(trace).toEqual(["given back"]);
  });

  it("S4: throws what the release throws; `using` combines it with the error of the block", () => {
    const release = new Error("release");
    const failing = resource(
      () => {},
      () => {
        throw release;
      },
    );
    const body = new Error("body");
    const alone = thrownBy(() => {
      using held = disposable(failing);
      void held.handle;
    });
    expect(alone.error).toBe(release);
    const both = thrownBy(() => {
      using held = disposable(failing);
      void held.handle;
      throw body;
    });
    expect(isCombined(both.error) && shapeOf(both.error)).toEqual([release, body]);
  });

  it("a stack can be entered with it, and it with a stack", () => {
    const trace: Trace = [];
    ExitStack.run((stack) => {
      stack.enter(disposable(told(trace, "in a stack")));
      using held = disposable(new ExitStack());
      held.handle.enter(told(trace, "of a stack"));
      held.succeed();
    });
    expect(trace.filter((each) => !/^[+-]/.test(each))).toEqual([
      "of a stack succeeded",
      "in a stack cancelled",
    ]);
  });
});
