import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, AsyncExitStack, type Exit, ExitStack, resource, run } from "../../runtime/index.ts";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { flattenError } from "../harness/flatten-error.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { rejectedBy, thrownBy, ticks, type Trace, Traced } from "../runtime/traced.ts";
import { StandardAsyncStack, StandardStack } from "./standard-stack.ts";

/** What the stacks have in common, by the names of TC39. */
interface AnyStack {
  readonly disposed: boolean;
  use(value: unknown): unknown;
  adopt(value: unknown, onDispose: unknown): unknown;
  defer(onDispose: unknown): void;
  move(): AnyStack;
  dispose?(): void;
  disposeAsync?(): Promise<void>;
}

type Does = "returns" | "throws" | "takes time" | "rejects" | "uses the stack" | "disposes again";
type Call =
  | {
      readonly call: "use";
      readonly value: "sync" | "async" | "both" | "null" | "no object" | "no method";
      readonly does: Does;
    }
  | { readonly call: "adopt" | "defer"; readonly does: Does | "no function" }
  | { readonly call: "move"; readonly goOnWith: "old" | "new" }
  | { readonly call: "dispose" };

const does = fc.constantFrom<Does>(
  "returns",
  "throws",
  "takes time",
  "rejects",
  "uses the stack",
  "disposes again",
);
const calls: fc.Arbitrary<readonly Call[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        call: fc.constant("use" as const),
        value: fc.constantFrom("sync", "async", "both", "null", "no object", "no method"),
        does,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        call: fc.constantFrom("adopt", "defer"),
        does: fc.oneof({ weight: 6, arbitrary: does }, fc.constant("no function" as const)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ call: fc.constant("move" as const), goOnWith: fc.constantFrom("old", "new") }),
    },
    { weight: 1, arbitrary: fc.record({ call: fc.constant("dispose" as const) }) },
  ),
  { maxLength: 10 },
) as fc.Arbitrary<readonly Call[]>;

/** Runs the calls on a stack, and gives all that can be observed but the texts of messages. */
async function observe(make: () => AnyStack, all: readonly Call[]): Promise<Trace> {
  const trace: Trace = [];
  const stacks = [make()];
  const noteError = (error: unknown): void => {
    const isOwn = error instanceof TypeError || error instanceof ReferenceError;
    trace.push(isOwn ? error.constructor.name : flattenError(error));
  };
  const dispose = async (stack: AnyStack): Promise<void> => {
    try {
      const result: unknown = stack.dispose ? stack.dispose() : await stack.disposeAsync!();
      trace.push(`disposed: ${String(result)}`);
    } catch (error) {
      noteError(error);
    }
  };
  /** @param isAwaited what it returns: nobody waits for the promise of a synchronous dispose method. */
  const release = (id: string, what: Does, stack: AnyStack, isAwaited = stack.disposeAsync !== undefined) =>
    function (this: unknown, ...args: unknown[]): unknown {
      trace.push(`-${id} ${typeof this} ${args.map(String).join()} ${stack.disposed}`);
      switch (what) {
        case "returns":
          return undefined;
        case "throws":
          throw new Error(id);
        case "takes time":
          return isAwaited ? ticks(3).then(() => trace.push(`${id} ends`)) : ticks(3);
        case "rejects":
          return !isAwaited ? undefined : ticks(1).then(() => Promise.reject(new Error(id)));
        case "uses the stack":
          try {
            stack.use(null);
          } catch (error) {
            noteError(error);
          }
          return undefined;
        case "disposes again":
          return stack.dispose ? stack.dispose() : stack.disposeAsync!();
      }
    };
  const valueOf = (id: string, kind: string, what: Does, stack: AnyStack): unknown => {
    const method = release(id, what, stack, kind === "async" || (kind === "both" && !stack.dispose));
    switch (kind) {
      case "sync":
        return { [Symbol.dispose]: method };
      case "async":
        return { [Symbol.asyncDispose]: method };
      case "both":
        return { [Symbol.dispose]: method, [Symbol.asyncDispose]: method };
      case "null":
        return null;
      default:
        return kind === "no object" ? "text" : { [Symbol.dispose]: 1 };
    }
  };
  for (const [index, step] of all.entries()) {
    const stack = stacks.at(-1)!;
    const id = String(index);
    try {
      switch (step.call) {
        case "use": {
          const value = valueOf(id, step.value, step.does, stack);
          trace.push(`use: ${stack.use(value) === value}`);
          break;
        }
        case "adopt":
          trace.push(
            `adopt: ${String(stack.adopt(id, step.does === "no function" ? {} : release(id, step.does, stack)))}`,
          );
          break;
        case "defer":
          trace.push(
            `defer: ${String(stack.defer(step.does === "no function" ? 1 : release(id, step.does, stack)))}`,
          );
          break;
        case "move": {
          const moved = stack.move();
          trace.push(`move: ${moved !== stack}`);
          if (step.goOnWith === "new") stacks.push(moved);
          else stacks.unshift(moved);
          break;
        }
        case "dispose":
          await dispose(stack);
      }
    } catch (error) {
      noteError(error);
    }
    trace.push(`disposed is ${stack.disposed}`);
  }
  for (const stack of stacks) await dispose(stack);
  return trace;
}

const platform = globalThis as unknown as Record<
  "DisposableStack" | "AsyncDisposableStack",
  (new () => AnyStack) | undefined
>;
const hasStacks = platform.DisposableStack !== undefined;
if (!hasStacks)
  console.log("Node's own DisposableStack is not compared: this Node has none (24 and later have).");

describe.each([
  ["ExitStack", () => new ExitStack() as AnyStack, () => new StandardStack() as AnyStack, "DisposableStack"],
  [
    "AsyncExitStack",
    () => new AsyncExitStack() as AnyStack,
    () => new StandardAsyncStack() as AnyStack,
    "AsyncDisposableStack",
  ],
] as const)("%s by the names of TC39", (_, make, makeStandard, nameOfPlatform) => {
  it("does what the standard says, in any program", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (all) => {
        expect(await observe(make, all)).toEqual(await observe(makeStandard, all));
      }),
      parameters(2),
    );
  });

  it.skipIf(!hasStacks)("does what the platform's own does, in any program", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (all) => {
        expect(await observe(make, all)).toEqual(await observe(() => new platform[nameOfPlatform]!(), all));
      }),
      parameters(2),
    );
  });

  it("is disposed of by `using`, by the method that its kind has", async () => {
    const trace: Trace = [];
    const body = (stack: AnyStack): void => {
      stack.defer(() => trace.push("deferred"));
      trace.push(String(stack.adopt("adopted", (value: unknown) => trace.push(String(value)))));
    };
    if (make() instanceof ExitStack) {
      using stack = new ExitStack();
      body(stack as AnyStack);
    } else {
      await using stack = new AsyncExitStack();
      body(stack as AnyStack);
    }
    expect(trace).toEqual(["adopted", "adopted", "deferred"]);
  });
});

describe("what TC39's stacks do not have", () => {
  const told = (trace: Trace) => new Traced(trace, "r", (exit: Exit) => trace.push(exit.kind));

  it("use() takes a Resource, too, and gives its handle", async () => {
    const trace: Trace = [];
    {
      using stack = new ExitStack();
      expect(stack.use(new Traced(trace, "a"))).toBe("A");
      await using asyncStack = new AsyncExitStack();
      expect(asyncStack.use(new Traced(trace, "b"))).toBe("B");
    }
    expect(trace).toEqual(["+a", "+b", "-b", "-a"]);
  });

  it("releases are told `cancelled` by dispose(), as nothing is known of the block, and `succeeded` by close()", async () => {
    const trace: Trace = [];
    const block = (succeeds: boolean): void => {
      using stack = new ExitStack();
      stack.use(told(trace));
      if (succeeds) stack.close();
      else throw new Error("body");
    };
    block(true);
    expect(() => block(false)).toThrow("body");
    const asyncBlock = async (succeeds: boolean): Promise<void> => {
      await using stack = new AsyncExitStack();
      stack.use(told(trace));
      if (succeeds) await stack.close();
      else throw new Error("body");
    };
    await asyncBlock(true);
    await expect(asyncBlock(false)).rejects.toThrow("body");
    const each = (kind: string) => ["+r", "-r", kind];
    expect(trace).toEqual(["succeeded", "cancelled", "succeeded", "cancelled"].flatMap(each));
  });

  it("S5: a stack that raii acquires is told the exit, although it is a Disposable", () => {
    const trace: Trace = [];
    const failing = (): void =>
      run(function* () {
        const stack = yield* acquire(new ExitStack());
        stack.use(told(trace));
        throw new Error("body");
      });
    expect(failing).toThrow("body");
    expect(trace).toEqual(["+r", "-r", "failed"]);
  });

  it.each(lowerings)("S6: by `using` in an annotated function, too, %s lowering", async (lowering) => {
    const source = `import { AsyncExitStack, ExitStack, raii } from "ts-raii";
export function main(told) {
  "use raii";
  raii(null);
  using stack = new ExitStack();
  stack.use(told);
  throw new Error("body");
}
export async function asyncMain(told) {
  "use raii";
  await using stack = new AsyncExitStack();
  stack.use(told);
  throw new Error("body");
}`;
    const { main, asyncMain } = evaluate(compile(source, { lowering }).code);
    const trace: Trace = [];
    expect(() => main(told(trace))).toThrow("body");
    await expect(asyncMain(told(trace))).rejects.toThrow("body");
    expect(trace).toEqual(["+r", "-r", "failed", "+r", "-r", "failed"]);
  });

  it("AsyncExitStack.use() refuses what takes time to acquire, and gives back what arrives", async () => {
    const trace: Trace = [];
    await using stack = new AsyncExitStack();
    const late = resource(
      async () => "late",
      () => trace.push("given back"),
    );
    const { error } = thrownBy(() => stack.use(late as never));
    expect(error).toBeInstanceOf(TypeError);
    await ticks(5);
    expect(trace).toEqual(["given back"]);
    expect(thrownBy(() => stack.use(Promise.resolve(null) as never)).error).toBeInstanceOf(TypeError);
  });

  it("property 42: what comes too late is left as it is by the names of TC39, and released by those of Python", async () => {
    const trace: Trace = [];
    const late = (name: string): Disposable => ({ [Symbol.dispose]: () => trace.push(name) });
    for (const stack of [new ExitStack(), new AsyncExitStack()]) {
      await stack.close();
      expect(stack.disposed).toBe(true);
      for (const call of [
        () => (stack as ExitStack).use(late("use")),
        () => (stack as ExitStack).adopt(1, () => trace.push("adopt")),
        () => (stack as ExitStack).defer(() => trace.push("defer")),
        () => stack.move(),
      ]) {
        const { error } = thrownBy(call);
        expect(error).toBeInstanceOf(ReferenceError);
        expect(String(error)).toContain("Make another stack");
      }
      expect(thrownBy(() => stack.enter(late("enter"))).error).not.toBeInstanceOf(ReferenceError);
    }
    expect(trace).toEqual(["enter", "enter"]);
  });

  it("a stack that raii acquires again is open again", () => {
    const stack = new ExitStack();
    stack.dispose();
    expect(stack.disposed).toBe(true);
    run(function* () {
      yield* acquire(stack);
      expect(stack.disposed).toBe(false);
    });
    expect(stack.disposed).toBe(true);
  });

  it("what a release of a moved stack enters by enter() is released next, as ever", () => {
    const trace: Trace = [];
    const stack = new ExitStack();
    let moved = stack;
    stack.defer(() => moved.enter(new Traced(trace, "late")));
    moved = stack.move();
    moved.dispose();
    expect(trace).toEqual(["+late", "-late"]);
  });

  it("a callback that is no function is refused by the name of the method", async () => {
    using stack = new ExitStack();
    const { error } = thrownBy(() => stack.adopt(1, null as never));
    expect(String(error)).toBe(
      "TypeError: ts-raii: adopt(value, onDispose) takes a function, and was given null",
    );
    const stackOfLate = new AsyncExitStack();
    stackOfLate.defer(() => Promise.reject(new Error("one")));
    stackOfLate.defer(() => Promise.reject(new Error("two")));
    const failed = await rejectedBy(stackOfLate.disposeAsync());
    expect(String(failed.error)).toContain("Error: one (while releasing defer)");
  });
});
