import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AsyncScope } from "../../runtime/core/async-scope.ts";
import {
  type AsyncAcquirable,
  type AsyncProgram,
  contextManager,
  type Exit,
  leave as leaving,
  request,
  resource,
  runAsync,
  wait,
} from "../../runtime/index.ts";
import { shapeOf, ticks } from "./traced.ts";

const kinds = [
  "disposable",
  "fallback",
  "asyncDisposable",
  "resource",
  "awaited resource",
  "asyncResource",
  "manager",
  "asyncManager",
] as const;

type Kind = (typeof kinds)[number];

interface Acquire {
  readonly acquire: Kind;
  readonly suppresses: boolean;
  readonly caught: boolean;
  readonly id?: number;
}

type Statement =
  | Acquire
  | { readonly do: "step" | "await"; readonly id?: number }
  | { readonly block: readonly Statement[]; readonly caught: boolean }
  | { readonly end: "return" | "throw"; readonly id?: number };

type Completion =
  | { readonly kind: "ended" | "suppressed" }
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

const isDisposable = (kind: Kind): boolean => /disposable|fallback/i.test(kind);
const isSync = (kind: Kind): boolean => ["disposable", "resource"].includes(kind);
const show = (error: unknown): string => JSON.stringify(shapeOf(error));

/** What happens, step by step; the one step that is told to fails. */
class World {
  readonly trace: string[] = [];
  constructor(private readonly failAt: number) {}

  step(name: string): void {
    this.trace.push(name);
    if (this.trace.length === this.failAt) throw `step ${this.failAt}`;
  }
}

/** The reference: every resource has a try of its own around the rest of its block, and errors are pairs. */
function reference(body: readonly Statement[], world: World, at = 0): Completion {
  const statement = body[at];
  if (statement === undefined) return { kind: "ended" };
  const rest = (): Completion => reference(body, world, at + 1);
  const step = (name: string): Completion | undefined => {
    try {
      world.step(name);
      return undefined;
    } catch (error) {
      return { kind: "failed", error };
    }
  };
  if ("do" in statement) return step(`${statement.do} ${statement.id}`) ?? rest();
  if ("end" in statement) {
    const { id } = statement;
    return statement.end === "throw" ? { kind: "failed", error: id } : { kind: "returned", value: id };
  }
  if ("block" in statement) {
    const inner = reference(statement.block, world);
    if (inner.kind === "returned" || (inner.kind === "failed" && !statement.caught)) return inner;
    return step(inner.kind === "failed" ? `caught ${show(inner.error)}` : "after a block") ?? rest();
  }
  const { acquire, id, suppresses, caught } = statement;
  const failure = step(`+${id}`) as (Completion & { kind: "failed" }) | undefined;
  if (failure) return caught ? (step(`caught ${show(failure.error)}`) ?? rest()) : failure;
  const inner = rest();
  const failed = inner.kind === "failed";
  const released = step(
    isDisposable(acquire) ? `-${id}` : `-${id} ${failed ? show(inner.error) : "succeeded"}`,
  ) as (Completion & { kind: "failed" }) | undefined;
  if (released) return { kind: "failed", error: failed ? [released.error, inner.error] : released.error };
  return failed && suppresses && !isDisposable(acquire) ? { kind: "suppressed" } : inner;
}

function makeResource({ acquire, id, suppresses }: Acquire, world: World): unknown {
  const told = (exit: Exit): void => {
    world.step(`-${id} ${exit.kind === "failed" ? show(exit.error) : exit.kind}`);
    if (suppresses && exit.kind === "failed") exit.suppress();
  };
  const opened = (): void => world.step(`+${id}`);
  switch (acquire) {
    case "disposable":
    case "fallback":
      opened();
      return { [Symbol.dispose]: () => world.step(`-${id}`) };
    case "asyncDisposable":
      opened();
      return { [Symbol.asyncDispose]: () => ticks(2).then(() => world.step(`-${id}`)) };
    case "resource":
    case "awaited resource":
      return resource(opened, (_, exit) => told(exit));
    case "asyncResource":
      return resource(
        () => ticks(2).then(opened),
        (_, exit) => ticks(2).then(() => told(exit)),
      );
    case "manager":
      return contextManager(function* () {
        opened();
        try {
          yield;
        } catch (error) {
          world.step(`-${id} ${show(error)}`);
          if (suppresses) return;
          throw error;
        }
        world.step(`-${id} succeeded`);
      })();
    case "asyncManager":
      return contextManager(async function* () {
        await ticks(1);
        opened();
        try {
          yield;
        } catch (error) {
          await ticks(1);
          world.step(`-${id} ${show(error)}`);
          if (suppresses) return;
          throw error;
        }
        world.step(`-${id} succeeded`);
      })();
  }
}

type Returned = { readonly value: unknown } | undefined;

/** The statements as a program, as it is emitted; `scope` is that of the block they stand in. */
function* program(body: readonly Statement[], world: World, scope?: AsyncScope): AsyncProgram<Returned> {
  for (const statement of body) {
    if ("do" in statement) {
      const name = `${statement.do} ${statement.id}`;
      if (statement.do === "step") world.step(name);
      else yield wait(ticks(2).then(() => world.step(name))) as never;
    } else if ("end" in statement) {
      if (statement.end === "throw") throw statement.id;
      return { value: statement.id };
    } else if ("acquire" in statement) {
      try {
        const made = makeResource(statement, world) as Disposable;
        if (isSync(statement.acquire)) yield scope ? scope.take(made) : made;
        else yield scope ? scope.take(request(made)) : request(made);
      } catch (error) {
        if (!statement.caught) throw error;
        world.step(`caught ${show(error)}`);
      }
    } else {
      try {
        const block = new AsyncScope();
        leave: try {
          const returned = yield* program(statement.block, world, block);
          if (returned) return returned;
        } catch (error) {
          block.fail(error);
        } finally {
          if (yield leaving(block)) break leave;
        }
      } catch (error) {
        if (!statement.caught) throw error;
        world.step(`caught ${show(error)}`);
        continue;
      }
      world.step("after a block");
    }
  }
  return undefined;
}

/** The same with the inline lowering: the block and its scope, and what stands in it. */
async function inline(body: readonly Statement[], world: World): Promise<Returned> {
  const scope = new AsyncScope();
  leave: try {
    return await inlineStatements(body, world, scope);
  } catch (error) {
    scope.fail(error);
  } finally {
    while (scope.unwind()) {
      try {
        await scope.awaited;
      } catch (error) {
        scope.fail(error);
      }
    }
    if (scope.exit()) break leave;
  }
  return undefined;
}

async function inlineStatements(
  body: readonly Statement[],
  world: World,
  scope: AsyncScope,
): Promise<Returned> {
  for (const statement of body) {
    if ("do" in statement) {
      if (statement.do === "await") await ticks(2);
      world.step(`${statement.do} ${statement.id}`);
    } else if ("end" in statement) {
      if (statement.end === "throw") throw statement.id;
      return { value: statement.id };
    } else
      try {
        if ("acquire" in statement) {
          const made = makeResource(statement, world) as AsyncAcquirable;
          if (isSync(statement.acquire)) scope.acquire(made);
          else if (scope.request(made)) scope.receive(await scope.awaited);
          continue;
        }
        const returned = await inline(statement.block, world);
        if (returned) return returned;
      } catch (error) {
        if (!statement.caught) throw error;
        world.step(`caught ${show(error)}`);
        continue;
      }
    if ("block" in statement) world.step("after a block");
  }
  return undefined;
}

const { body } = fc.letrec<{ body: readonly Statement[]; statement: Statement }>((tie) => ({
  statement: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    {
      arbitrary: fc.record({
        acquire: fc.constantFrom(...kinds),
        suppresses: fc.boolean(),
        caught: fc.boolean(),
      }),
      weight: 6,
    },
    { arbitrary: fc.record({ do: fc.constantFrom("step" as const, "await" as const) }), weight: 2 },
    { arbitrary: fc.record({ block: tie("body"), caught: fc.boolean() }), weight: 2 },
    { arbitrary: fc.record({ end: fc.constantFrom("return" as const, "throw" as const) }), weight: 1 },
  ),
  body: fc.array(tie("statement"), { maxLength: 7 }),
}));

/** Each statement has an id of its own, so that no two errors are the same. */
function numbered(statements: readonly Statement[], next = { id: 1000 }): Statement[] {
  return statements.map((statement) =>
    "block" in statement
      ? { ...statement, block: numbered(statement.block, next) }
      : { ...statement, id: next.id++ },
  );
}

async function outcome(running: Promise<Returned>): Promise<string> {
  return running.then(
    (returned) => `returned ${String(returned?.value)}`,
    (error: unknown) => `threw ${show(error)}`,
  );
}

function expectedOf(statements: readonly Statement[], world: World): string {
  const completion = reference(statements, world);
  if (completion.kind === "failed") return `threw ${show(completion.error)}`;
  return `returned ${String(completion.kind === "returned" ? completion.value : undefined)}`;
}

describe("random async programs against a reference of nested try blocks", { timeout: 240_000 }, () => {
  it("properties 1-5, 7, 10, 11, 18-21: the same, whichever step of it fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        body.map((statements) => numbered(statements)),
        async (statements) => {
          const whole = new World(0);
          expectedOf(statements, whole);
          for (let failAt = 0; failAt <= whole.trace.length; failAt++) {
            const world = new World(failAt);
            const expected = [expectedOf(statements, world), ...world.trace];
            const driven = new World(failAt);
            const result = await outcome(runAsync(program(statements, driven)));
            expect([result, ...driven.trace]).toEqual(expected);
            const inlined = new World(failAt);
            expect([await outcome(inline(statements, inlined)), ...inlined.trace]).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
