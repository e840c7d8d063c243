import { describe, expect, it } from "vitest";
import { drive, type Program } from "../../runtime/core/drive.ts";
import { Scope } from "../../runtime/core/scope.ts";
import { disposable, shapeOf, thrownBy, type Trace, Traced } from "./traced.ts";

describe("Scope", () => {
  it("property 1: acquires, and releases in reverse when it is left (S1)", () => {
    const trace: Trace = [];
    const scope = new Scope();
    expect(scope.acquire(new Traced(trace, "a"))).toBe("A");
    scope.acquire(disposable(trace, "b"));
    expect(scope.exit()).toBe(false);
    expect(trace).toEqual(["+a", "-b", "-a"]);
  });

  it("property 3: leaving it twice throws and releases nothing again", () => {
    const trace: Trace = [];
    const scope = new Scope();
    scope.acquire(disposable(trace, "a"));
    scope.exit();
    expect(() => scope.exit()).toThrow(/this scope has been left/);
    expect(trace).toEqual(["-a"]);
  });

  it("property 3: leaving it from within a release throws there and releases nothing twice", () => {
    const trace: Trace = [];
    const scope = new Scope();
    scope.acquire(disposable(trace, "a"));
    scope.acquire(new Traced(trace, "b", () => expect(() => scope.exit()).toThrow(/has been left/)));
    scope.acquire(disposable(trace, "c"));
    scope.exit();
    expect(trace).toEqual(["+b", "-c", "-b", "-a"]);
  });

  it("property 3: leaving it with an error does so once, too", () => {
    const scope = new Scope();
    scope.fail("body");
    expect(thrownBy(() => scope.exit()).error).toBe("body");
    expect(() => scope.exit()).toThrow(/has been left/);
  });

  it("property 42: acquiring in a scope that has been left throws and acquires nothing", () => {
    const trace: Trace = [];
    const scope = new Scope();
    scope.exit();
    expect(() => scope.acquire(new Traced(trace, "a"))).toThrow(/this scope has been left/);
    expect(trace).toEqual([]);
  });

  it("property 42: acquiring in a scope that is being left throws, and the releases go on", () => {
    const trace: Trace = [];
    const scope = new Scope();
    scope.acquire(disposable(trace, "a"));
    scope.acquire(
      new Traced(trace, "b", () =>
        expect(() => scope.acquire(new Traced(trace, "x"))).toThrow(/has been left/),
      ),
    );
    scope.exit();
    expect(trace).toEqual(["+b", "-b", "-a"]);
  });

  it("property 3: noting a failure after it has been left does not open it again", () => {
    const trace: Trace = [];
    const scope = new Scope();
    scope.exit();
    try {
      scope.fail(new Error("late"));
    } catch {
      // a report is as good as silence here
    }
    expect(() => scope.acquire(new Traced(trace, "a"))).toThrow(/has been left/);
    expect(() => scope.exit()).toThrow(/has been left/);
    expect(trace).toEqual([]);
  });

  it("property 20: exit() says whether a failure was suppressed", () => {
    const suppressed = new Scope();
    suppressed.acquire(new Traced([], "a", (exit) => exit.kind === "failed" && exit.suppress()));
    suppressed.fail("body");
    expect(suppressed.exit()).toBe(true);

    const ofRelease = new Scope();
    ofRelease.acquire(new Traced([], "a", (exit) => exit.kind === "failed" && exit.suppress()));
    ofRelease.acquire(disposable([], "b", { error: "release" }));
    expect(ofRelease.exit()).toBe(true);
  });

  it("property 1: a program acquires in the scope that it takes, and in its own otherwise", () => {
    const trace: Trace = [];
    const program = function* (): Program<string> {
      const block = new Scope();
      const own: string = yield new Traced(trace, "own");
      const taken: string = yield block.take(new Traced(trace, "taken"));
      yield new Traced(trace, "own2");
      block.exit();
      trace.push("after the block");
      return own + taken;
    };
    expect(drive(program()).end()).toBe("OWNTAKEN");
    expect(trace).toEqual(["+own", "+taken", "+own2", "-taken", "after the block", "-own2", "-own"]);
  });

  it("property 4: a failed acquisition in a taken scope is thrown at its yield", () => {
    const program = function* (): Program<unknown> {
      const block = new Scope();
      try {
        yield block.take("no resource" as unknown as Disposable);
      } catch (error) {
        return error;
      } finally {
        block.exit();
      }
      return "acquired";
    };
    expect(drive(program()).end()).toBeInstanceOf(TypeError);
  });

  it("property 11: errors of a block and of its function are combined in the order they happened", () => {
    const program = function* (): Program<void> {
      yield disposable([], "outer", { error: "outer" });
      const block = new Scope();
      try {
        yield block.take(disposable([], "inner", { error: "inner" }));
        throw "body";
      } catch (error) {
        block.fail(error);
      } finally {
        block.exit();
      }
    };
    expect(shapeOf(thrownBy(() => drive(program()).end()).error)).toEqual(["outer", ["inner", "body"]]);
  });
});
