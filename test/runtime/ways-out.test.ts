import { describe, expect, it } from "vitest";
import type { Program } from "../../runtime/core/drive.ts";
import { Scope } from "../../runtime/core/scope.ts";
import { acquire, run } from "../../runtime/index.ts";
import { type Trace, Traced } from "./traced.ts";

/**
 * A program whose loop body is a block with a resource of its own, in a loop with a label around it. `leave` picks the
 * way out of the block in the first turn. It is what a nested block is lowered to, written by hand.
 */
function* looping(
  trace: Trace,
  leave: "break" | "continue" | "outer" | "next" | "return" | "throw" | "end",
): Program<string> {
  yield new Traced(trace, "f");
  outer: for (const i of [1, 2]) {
    for (const j of [1, 2]) {
      const scope = new Scope();
      try {
        yield scope.take(new Traced(trace, `${i}${j}`));
        if (leave === "break") break;
        if (leave === "continue") continue;
        if (leave === "outer") break outer;
        if (leave === "next") continue outer;
        if (leave === "return") return "early";
        if (leave === "throw") throw new Error("thrown");
        trace.push("end");
      } catch (error) {
        scope.fail(error);
      } finally {
        scope.exit();
      }
    }
  }
  trace.push("after");
  return "late";
}

const ways = [
  { leave: "break", expected: "+f +11 -11 +21 -21 after -f", result: "late" },
  { leave: "continue", expected: "+f +11 -11 +12 -12 +21 -21 +22 -22 after -f", result: "late" },
  { leave: "outer", expected: "+f +11 -11 after -f", result: "late" },
  { leave: "next", expected: "+f +11 -11 +21 -21 after -f", result: "late" },
  { leave: "return", expected: "+f +11 -11 -f", result: "early" },
  { leave: "throw", expected: "+f +11 -11 -f", result: "thrown" },
  { leave: "end", expected: "+f +11 end -11 +12 end -12 +21 end -21 +22 end -22 after -f", result: "late" },
] as const;

describe("ways out of a scope", () => {
  it.each(ways)(
    "property 6: a block left by $leave is released there, the function's scope later (S1)",
    (way) => {
      const trace: Trace = [];
      let result: string;
      try {
        result = run(looping(trace, way.leave));
      } catch (error) {
        result = (error as Error).message;
      }
      expect(trace.join(" ")).toBe(way.expected);
      expect(result).toBe(way.result);
    },
  );

  it("property 6: `return` in a nested try crosses the program's own finally first", () => {
    const trace: Trace = [];
    const result = run(function* () {
      yield* acquire(new Traced(trace, "a"));
      try {
        try {
          return "value";
        } finally {
          trace.push("inner finally");
        }
      } finally {
        yield* acquire(new Traced(trace, "b"));
        trace.push("outer finally");
      }
    });
    expect(result).toBe("value");
    expect(trace).toEqual(["+a", "inner finally", "+b", "outer finally", "-b", "-a"]);
  });

  it("property 6: falling through a case releases at the end of the switch, not before", () => {
    const trace: Trace = [];
    const program = function* (start: number): Program<void> {
      const scope = new Scope();
      try {
        switch (start) {
          // @ts-expect-error -- falling through is what is tested
          case 1:
            yield scope.take(new Traced(trace, "a"));
          // falls through
          case 2:
            yield scope.take(new Traced(trace, "b"));
            break;
          default:
            yield scope.take(new Traced(trace, "c"));
        }
      } catch (error) {
        scope.fail(error);
      } finally {
        scope.exit();
      }
      trace.push("after");
    };
    run(program(1));
    run(program(2));
    run(program(3));
    expect(trace.join(" ")).toBe("+a +b -b -a after +b -b after +c -c after");
  });

  describe("of a generator, whose yields belong to its caller", () => {
    function* numbers(trace: Trace): Generator<string, string, unknown> {
      const scope = new Scope();
      try {
        const handle = scope.acquire(new Traced(trace, "a", (exit) => trace.push(exit.kind))) as string;
        yield `${handle}1`;
        yield `${handle}2`;
        return "end";
      } catch (error) {
        scope.fail(error);
      } finally {
        scope.exit();
      }
      return "suppressed";
    }

    it("property 6: exhaustion", () => {
      const trace: Trace = [];
      for (const value of numbers(trace)) trace.push(value);
      expect(trace).toEqual(["+a", "A1", "A2", "-a", "succeeded"]);
    });

    it("property 6: return()", () => {
      const trace: Trace = [];
      for (const value of numbers(trace)) {
        trace.push(value);
        break;
      }
      expect(trace).toEqual(["+a", "A1", "-a", "succeeded"]);
    });

    it("property 6: throw()", () => {
      const trace: Trace = [];
      const generator = numbers(trace);
      generator.next();
      expect(() => generator.throw(new Error("in"))).toThrow("in");
      expect(trace).toEqual(["+a", "-a", "failed"]);
    });

    it("property 54: one that was never started acquires nothing", () => {
      const trace: Trace = [];
      numbers(trace).return("closed");
      expect(trace).toEqual([]);
    });
  });
});
