import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import { Scope } from "../../runtime/core/scope.ts";
import type { Resource } from "../../runtime/index.ts";
import { Resource as ResourceProtocol } from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { move, moveAsync } from "./from.ts";

type Refs = Record<string, WeakRef<object>>;

function noted(refs: Refs, name: string): Disposable & AsyncDisposable {
  const value = { [Symbol.dispose]() {}, async [Symbol.asyncDispose]() {} };
  refs[name] = new WeakRef(value);
  return value;
}

// What is dropped here is meant to be; lost.test.ts is about what is said of it.
beforeEach(() => void vi.stubEnv("NODE_ENV", "production"));
afterEach(() => void vi.unstubAllEnvs());

describe("retention of what was moved", () => {
  it("property 47: from the move on no scope holds the handle, while the scope is still open (S10)", async () => {
    const refs: Refs = {};
    const scope = new Scope();
    const asyncScope = new AsyncScope();
    const below = scope.acquire({ [Symbol.dispose]() {} });
    (() => {
      for (const name of ["top", "middle"]) scope.acquire(noted(refs, name));
      for (const name of ["middle", "top"]) move.from(refs[name]!.deref(), scope);
      asyncScope.request(noted(refs, "async"));
      moveAsync.from(asyncScope.handle, asyncScope);
      asyncScope.acquire(noted(refs, "sync"));
      move.from(refs["sync"]!.deref(), asyncScope);
    })();
    expect(Object.keys(refs)).toHaveLength(4);
    expect(await alive(refs)).toEqual([]);
    expect([scope, asyncScope, below]).toHaveLength(3);
  });

  it("property 47: an owned resource that lives on holds nothing after it was acquired (S10)", async () => {
    const refs: Refs = {};
    const owned: Resource<unknown>[] = [];
    (() => {
      const old = new Scope();
      owned.push(move.from(old.acquire(noted(refs, "handle")), old));
      const next = new Scope();
      next.acquire(owned[0]);
      next.exit();
    })();
    expect(await alive(refs)).toEqual([]);
    expect(owned[0]).toHaveProperty("name", "Object");
    expect(typeof owned[0]![ResourceProtocol.acquire]).toBe("function");
  });

  it.each(lowerings)(
    "property 47: an async function that goes on does not hold what it has moved, %s lowering (S10)",
    async (lowering) => {
      const source = `import { move, moveAsync, raii } from "ts-raii";
        export default async function main(make, drop, wait) {
          "use raii";
          { drop(moveAsync(await raii(make("async")))); }
          drop(move(raii(make("sync"))));
          for (const name of ["loop"]) drop(move(raii(make(name))));
          raii(make("kept"));
          await raii(null); // what was sent to a generator last is kept by it
          return await wait();
        }`;
      const { code, diagnostics } = compile(source, { lowering });
      expect(diagnostics).toEqual([]);
      const refs: Refs = {};
      const left = await evaluate(code).default(
        (name: string) => noted(refs, name),
        () => {},
        () => alive(refs),
      );
      expect(Object.keys(refs)).toEqual(["async", "sync", "loop", "kept"]);
      expect(left).toEqual(["kept"]);
    },
  );
});

describe("any number of moves (S9)", () => {
  it("from hand to hand: one release at the end, with nothing in between", () => {
    const handle = { released: 0, [Symbol.dispose]: () => handle.released++ };
    let scope = new Scope();
    scope.acquire(handle);
    for (let i = 0; i < 1e5; i++) {
      const next = new Scope();
      next.acquire(move.from(handle, scope));
      scope.exit();
      scope = next;
    }
    expect(handle.released).toBe(0);
    scope.exit();
    expect(handle.released).toBe(1);
  });

  it("out of one scope that holds a hundred thousand, in the order they are moved", () => {
    const scope = new Scope();
    const handles = Array.from({ length: 1e5 }, () => ({ [Symbol.dispose]() {} }));
    const released = handles.map((each) => Object.assign(each, { [Symbol.dispose]: () => count++ }));
    let count = 0;
    for (const each of released) scope.acquire(each);
    const owner = new Scope();
    for (const each of [...released].reverse()) owner.acquire(move.from(each, scope));
    scope.exit();
    expect(count).toBe(0);
    owner.exit();
    expect(count).toBe(1e5);
  });
});
