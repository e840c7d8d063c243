import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Program } from "../../runtime/core/drive.ts";
import { Scope } from "../../runtime/core/scope.ts";
import { acquire, contextManager, resource, run } from "../../runtime/index.ts";
import { Countdown } from "./countdown.ts";
import { combined, isCombined, thrownBy } from "./traced.ts";

const million = 1_000_000;
const many = 100_000;

function stackDepth(): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const depth = new Error().stack!.split("\n").length;
  Error.stackTraceLimit = stackTraceLimit;
  return depth;
}

// So many take their time on a busy machine: that they end is tested, not when.
describe("scale", { timeout: 300_000 }, () => {
  it("property 44: a million Disposables in one scope (S9)", () => {
    let held = 0;
    const one = { [Symbol.dispose]: () => void held-- };
    const result = run(function* () {
      for (let i = 0; i < million; i++) {
        yield* acquire(one);
        held++;
      }
      return held;
    });
    expect([result, held]).toEqual([million, 0]);
  });

  it("property 44: a million Resources in one scope, in exact reverse (S9)", () => {
    const countdown = new Countdown();
    const result = run(function* () {
      let last = -1;
      for (let i = 0; i < million; i++) last = yield* acquire(countdown);
      return last;
    });
    expect([result, countdown.held]).toEqual([million - 1, 0]);
  });

  it("property 44: a million resource()s in a scope that fails, each told the same error (S9)", () => {
    const error = new Error("body");
    let told = 0;
    const one = resource(
      () => {},
      (_, exit) => {
        if (exit.kind === "failed" && exit.error === error) told++;
      },
    );
    const thrown = thrownBy(() =>
      run(function* () {
        for (let i = 0; i < million; i++) yield* acquire(one);
        throw error;
      }),
    );
    expect(thrown.error).toBe(error);
    expect(told).toBe(million);
  });

  it("property 44: a million acquisitions that fail and are caught (S9)", () => {
    const failing = resource<number>(
      () => {
        throw "no";
      },
      () => expect.fail("nothing was acquired"),
    );
    const caught = run(function* () {
      let count = 0;
      for (let i = 0; i < million; i++) {
        try {
          yield* acquire(failing);
        } catch {
          count++;
        }
      }
      return count;
    });
    expect(caught).toBe(million);
  });

  it("property 44: many context managers in one scope, each of which is thrown the error and rethrows it (S9)", () => {
    let left = 0;
    const manager = contextManager(function* () {
      try {
        yield;
      } finally {
        left++;
      }
    })();
    const error = new Error("body");
    const thrown = thrownBy(() =>
      run(function* () {
        for (let i = 0; i < many; i++) yield* acquire(manager);
        throw error;
      }),
    );
    expect(thrown.error).toBe(error);
    expect(left).toBe(many);
  });

  it("property 44: many nested scopes in one program, all open at once (S9)", () => {
    const countdown = new Countdown();
    const program = function* (fails: boolean): Program<string> {
      const scopes: Scope[] = [];
      for (let i = 0; i < many; i++) {
        const scope = new Scope();
        scopes.push(scope);
        yield scope.take(countdown);
      }
      let failure: { readonly error: unknown } | undefined = fails ? { error: "body" } : undefined;
      for (const scope of scopes.reverse()) {
        if (failure) scope.fail(failure.error);
        try {
          scope.exit();
        } catch (error) {
          failure = { error };
        }
      }
      if (failure) throw failure.error;
      return "done";
    };
    expect(run(program(false))).toBe("done");
    expect(thrownBy(() => run(program(true))).error).toBe("body");
    expect(countdown.held).toBe(0);
  });

  it("property 44: a million scopes one after the other in one program (S9)", () => {
    const countdown = new Countdown();
    const program = function* (): Program<number> {
      let sum = 0;
      for (let i = 0; i < million; i++) {
        const scope = new Scope();
        try {
          sum += yield scope.take(countdown);
        } catch (error) {
          scope.fail(error);
        } finally {
          scope.exit();
        }
      }
      return sum;
    };
    expect(run(program())).toBe(0); // never is more than one held
  });

  it("property 44: nothing recurs: acquiring, the body and releasing are at one depth, first and last (S9)", () => {
    const depths = { acquire: new Set<number>(), body: new Set<number>(), release: new Set<number>() };
    const measured = resource(
      () => depths.acquire.add(stackDepth()),
      () => depths.release.add(stackDepth()),
    );
    run(function* () {
      for (let i = 0; i < 1000; i++) {
        yield* acquire(measured);
        depths.body.add(stackDepth());
      }
    });
    expect([depths.acquire.size, depths.body.size, depths.release.size]).toEqual([1, 1, 1]);
  });

  const waysToFail = {
    "a Disposable": (fail: (index: number) => never, index: number) => ({
      [Symbol.dispose]: () => fail(index),
    }),
    "a Resource": (fail: (index: number) => never, index: number) =>
      resource(
        () => {},
        () => fail(index),
      ),
  };

  it.each(Object.keys(waysToFail) as (keyof typeof waysToFail)[])(
    "property 13: 1e5 failing releases of %s end, in a chain that holds each error and a message that is bounded",
    (kind) => {
      const fail = (index: number): never => {
        throw new Error(`release ${index}`);
      };
      const thrown = thrownBy(() =>
        run(function* () {
          for (let i = 0; i < many; i++) yield* acquire(waysToFail[kind](fail, i));
          throw new Error("body");
        }),
      );
      const error = combined(thrown.error);
      expect(error.message).toContain("release 0 ");
      expect(error.message).toContain("body");
      for (const printed of [error.message, String(error), inspect(error, { depth: Infinity })]) {
        expect(printed.length).toBeLessThan(10_000);
      }

      let link: unknown = error;
      for (let i = 0; i < many; i++) {
        const { error: later, suppressed }: SuppressedError = combined(link);
        if ((later as Error).message !== `release ${i}`)
          expect.fail(`found ${String(later)} in place of ${i}`);
        link = suppressed;
      }
      expect((link as Error).message).toBe("body");
    },
  );

  it("property 13: a release that is told of a long chain and rethrows it costs no walk along the chain", () => {
    // Every other release fails; those between rethrow what they are told. A walk for each would be 2.5e9 steps.
    const failing = resource(
      () => {},
      () => {
        throw new Error("release");
      },
    );
    const rethrowing = resource(
      () => {},
      (_, exit) => {
        if (exit.kind === "failed") throw exit.error;
      },
    );
    const thrown = thrownBy(() =>
      run(function* () {
        for (let i = 0; i < many; i++) yield* acquire(i % 2 === 0 ? failing : rethrowing);
      }),
    );
    let links = 0;
    for (let link = thrown.error; isCombined(link); link = link.suppressed) links++;
    expect(links).toBe(many / 2 - 1);
  });
});
