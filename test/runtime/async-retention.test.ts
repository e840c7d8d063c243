import { describe, expect, it } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import {
  acquireAsync,
  AsyncDriver,
  awaited,
  contextManager,
  resource,
  runAsync,
} from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { AsyncTraced, rejectedBy, thrownBy } from "./traced.ts";

type Refs = Record<string, WeakRef<object>>;

function noteIn(refs: Refs, name: string): Error {
  const value = new Error(name);
  refs[name] = new WeakRef(value);
  return value;
}

async function leave(scope: AsyncScope): Promise<boolean> {
  while (scope.unwind()) {
    try {
      await scope.awaited;
    } catch (error) {
      scope.fail(error);
    }
  }
  return scope.exit();
}

describe("retention of asynchronous programs", () => {
  it("property 47: after a success handles, locals and what was awaited are free, while all else lives (S10)", async () => {
    const refs: Refs = {};
    const kept = resource(
      async () => noteIn(refs, "handle"),
      async () => {},
    );
    const generator = (function* () {
      const handle = yield* acquireAsync(kept);
      const local = noteIn(refs, "local");
      const value = yield* awaited((async () => noteIn(refs, "awaited"))());
      const own = Object.assign(noteIn(refs, "disposable"), { async [Symbol.asyncDispose]() {} });
      yield* acquireAsync(own);
      yield* acquireAsync(null); // V8 keeps what was last sent to a generator as long as the generator
      return [handle, local, value].length;
    })();
    const promise = runAsync(generator);
    await promise;
    expect(Object.keys(refs)).toHaveLength(4);
    expect(await alive(refs)).toEqual([]);
    expect([kept, generator, promise]).toHaveLength(3);
  });

  it("property 47: after a failure the error is free, whether it was thrown, combined or suppressed (S10)", async () => {
    const refs: Refs = {};
    const failing = resource(
      () => {},
      async () => {
        throw noteIn(refs, "release");
      },
    );
    const suppressing = resource(
      () => {},
      async (_, exit) => void (exit.kind === "failed" && exit.suppress()),
    );
    const manager = contextManager(async function* () {
      yield noteIn(refs, "managed");
    })();
    const programs = [null, failing, suppressing, manager].map((each, index) => {
      const generator = (function* () {
        yield* acquireAsync(each);
        yield* acquireAsync(null);
        throw noteIn(refs, `body ${index}`);
      })();
      return generator;
    });
    await Promise.all(programs.map((program) => runAsync(program).catch(() => {})));
    expect(Object.keys(refs)).toHaveLength(6);
    expect(await alive(refs)).toEqual([]);
    expect([failing, suppressing, manager, ...programs]).toHaveLength(7);
  });

  it("property 47: a scope and a driver that live on hold nothing after their end (S10)", async () => {
    const refs: Refs = {};
    const scopes = [new AsyncScope(), new AsyncScope(), new AsyncScope()] as const;
    await (async () => {
      for (const scope of scopes) {
        scope.request(
          Object.assign(noteIn(refs, `value ${scopes.indexOf(scope)}`), { async [Symbol.asyncDispose]() {} }),
        );
        scope.request(new AsyncTraced([], "a"));
        scope.receive(await scope.awaited);
      }
      scopes[0].fail(noteIn(refs, "body"));
      // An acquisition that fails, the last thing that its scope does.
      const refused = (async () => {
        throw noteIn(refs, "refused");
      })();
      const unacquired = Object.assign(
        resource(
          () => refused,
          () => {},
        ),
        { detail: noteIn(refs, "unacquired") },
      );
      scopes[1].request(unacquired);
      await rejectedBy(scopes[1].awaited as Promise<unknown>);
      for (const scope of scopes) await leave(scope).catch(() => {});
    })();

    const driver = await (async () => {
      const made = new AsyncDriver(
        (function* () {
          yield* awaited(Promise.resolve(noteIn(refs, "value")));
          yield* awaited(null); // see above
          throw noteIn(refs, "thrown");
        })(),
      );
      while (made.waits()) {
        try {
          made.value = await made.awaited;
        } catch (error) {
          made.fail(error);
        }
      }
      expect(thrownBy(() => made.result()).error === refs["thrown"]!.deref()).toBe(true);
      return made;
    })();
    expect(Object.keys(refs)).toHaveLength(8);
    expect(await alive(refs)).toEqual([]);
    expect([scopes, driver]).toHaveLength(2);
  });

  it("property 47: what has been released is free while the others are still being released (S10)", async () => {
    const refs: Refs = {};
    let inBetween: string[] = ["not looked at"];
    await runAsync(function* () {
      yield* acquireAsync({
        async [Symbol.asyncDispose]() {
          inBetween = await alive(refs);
        },
      });
      yield* acquireAsync(Object.assign(noteIn(refs, "inner"), { async [Symbol.asyncDispose]() {} }));
      yield* acquireAsync(null);
    });
    expect(inBetween).toEqual([]);
    expect(await alive(refs)).toEqual([]);
  });

  it("property 47: while a program waits, the driver does not keep what it awaited before (S10)", async () => {
    const refs: Refs = {};
    let whileWaiting: string[] = ["not looked at"];
    await runAsync(function* () {
      yield* awaited((async () => noteIn(refs, "value"))());
      yield* awaited(null);
      whileWaiting = yield* awaited(alive(refs));
    });
    expect(whileWaiting).toEqual([]);
  });
});
