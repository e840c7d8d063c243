import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Program } from "../../runtime/core/drive.ts";
import { consumePendingScope, Scope } from "../../runtime/core/scope.ts";
import { acquire, contextManager, resource, run } from "../../runtime/index.ts";
import { alive, gc } from "../harness/alive.ts";
import { thrownBy } from "./traced.ts";

describe("retention", () => {
  it("the measurement tells what is held from what is not", async () => {
    const held = {};
    const refs = { held: new WeakRef<object>(held), dropped: new WeakRef<object>({}) };
    expect(await alive(refs)).toEqual(["held"]);
    expect(held).toEqual({});
  });

  it("property 47: after a success the handle and the locals are free, while the resource and the generator live (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const kept = resource(
      () => ({ handle: true }),
      () => {},
    );
    const generator = (function* () {
      const handle = yield* acquire(kept);
      const local = { local: true };
      const plain = yield* acquire({ [Symbol.dispose]() {} });
      refs["handle"] = new WeakRef(handle);
      refs["local"] = new WeakRef(local);
      refs["disposable"] = new WeakRef(plain);
      // V8 keeps what was last sent to a generator as long as the generator, run by whom it may: so send it nothing last.
      yield* acquire(null);
      return [local].length + Object.keys(handle).length;
    })();
    run(generator);
    expect(await alive(refs)).toEqual([]);
    expect([typeof kept, typeof generator]).toEqual(["object", "object"]);
  });

  it("property 47: the last handle is free, too, as soon as nobody keeps the generator (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const program = function* () {
      refs["disposable"] = new WeakRef(yield* acquire({ [Symbol.dispose]() {} }));
    };
    run(program);
    (() => run(program()))();
    expect(await alive(refs)).toEqual([]);
    expect(typeof program).toBe("function");
  });

  it("property 47: after a failure the error is free, too, whether it was thrown, combined or suppressed (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const make = (name: string): Error => {
      const error = new Error(name);
      refs[name] = new WeakRef(error);
      return error;
    };
    const failing = resource(
      () => {},
      () => {
        throw make("release");
      },
    );
    const suppressing = resource(
      () => {},
      (_, exit) => exit.kind === "failed" && exit.suppress(),
    );
    const generators = [
      (function* () {
        throw make("alone");
      })(),
      (function* () {
        yield* acquire(failing);
        throw make("combined");
      })(),
      (function* () {
        yield* acquire(suppressing);
        throw make("suppressed");
      })(),
    ];
    for (const generator of generators) {
      try {
        run(generator);
      } catch (error) {
        refs[`thrown ${Object.keys(refs).length}`] = new WeakRef(error as Error);
      }
    }
    expect(Object.keys(refs).length).toBeGreaterThanOrEqual(5);
    expect(await alive(refs)).toEqual([]);
    expect([failing, suppressing, ...generators]).toHaveLength(5);
  });

  it("property 47: a context manager that lives on holds neither its handle nor its error (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const manager = contextManager(function* () {
      const handle = { handle: true };
      refs["handle"] = new WeakRef(handle);
      try {
        yield handle;
      } finally {
        refs["local"] = new WeakRef({ local: true });
      }
    })();
    const use = () => {
      const { error } = thrownBy(() =>
        run(function* () {
          yield* acquire(manager);
          throw new Error("body");
        }),
      );
      refs["error"] = new WeakRef(error as Error);
    };
    use();
    expect(await alive(refs)).toEqual([]);
    expect(typeof manager).toBe("object");
  });

  it("property 47: a scope that lives on holds nothing after it was left (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const scopes = [new Scope(), new Scope(), new Scope()];
    const program = function* (scope: Scope, fails: boolean): Program<void> {
      const value = { [Symbol.dispose]() {} };
      refs[`value ${Object.keys(refs).length}`] = new WeakRef(value);
      try {
        yield scope.take(value);
        yield scope.take(
          resource(
            () => value,
            () => {},
          ),
        );
        if (fails) throw value;
      } catch (error) {
        scope.fail(error);
      } finally {
        scope.exit();
      }
    };
    run(program(scopes[0]!, false));
    thrownBy(() => run(program(scopes[1]!, true)));
    // An acquisition that failed leaves nothing behind in the scope, even before that is left.
    (() => {
      const refused = { refused: true };
      refs["refused"] = new WeakRef(refused);
      thrownBy(() => {
        const yielded = scopes[2]!.take(refused);
        consumePendingScope(new Scope()).acquire(yielded);
      });
    })();
    expect(await alive(refs)).toEqual([]);
    expect(scopes).toHaveLength(3);
  });

  it("property 47: what a scope has released is free while it goes on releasing the others (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    let aliveInBetween = true;
    const scope = new Scope();
    scope.acquire({
      [Symbol.dispose]() {
        gc();
        aliveInBetween = refs["inner"]!.deref() !== undefined;
      },
    });
    (() => {
      const inner = { [Symbol.dispose]() {} };
      refs["inner"] = new WeakRef(inner);
      scope.acquire(inner);
    })();
    await setImmediate();
    scope.exit();
    expect(await alive(refs)).toEqual([]);
    expect(aliveInBetween).toBe(false);
  });
});
