import { describe, expect, it } from "vitest";
import {
  acquire,
  AsyncExitStack,
  closing,
  ExitStack,
  reentrant,
  type Resource,
  resource,
  reusable,
  run,
  singleUse,
  suppress,
  within,
} from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";

type Refs = Record<string, WeakRef<object>>;

describe("property 47: a stack that lives on holds nothing after it was released (S10)", () => {
  const fill = (either: ExitStack | AsyncExitStack, refs: Refs): void => {
    const stack = either as AsyncExitStack;
    const handle = stack.enter({ [Symbol.dispose]() {} });
    const argument = { argument: true };
    stack.callback((value: unknown) => void value, argument);
    stack.callback(() => {
      const error = new Error("release");
      refs["error"] = new WeakRef(error);
      throw error;
    });
    refs["handle"] = new WeakRef(handle);
    refs["argument"] = new WeakRef(argument);
  };

  it("closed, synchronously and asynchronously", async () => {
    const sync: Refs = {};
    const async: Refs = {};
    const stack = new ExitStack();
    const asyncStack = new AsyncExitStack();
    (() => {
      fill(stack, sync);
      thrownBy(() => stack.close());
    })();
    await (async () => {
      fill(asyncStack, async);
      asyncStack.callback(async () => {});
      await rejectedBy(asyncStack.close());
    })();
    expect(Object.keys(sync)).toHaveLength(3);
    expect([await alive(sync), await alive(async)]).toEqual([[], []]);
    expect([stack, asyncStack]).toHaveLength(2);
  });

  it("popped", async () => {
    const refs: Refs = {};
    const stack = new ExitStack();
    (() => {
      fill(stack, refs);
      const popped = stack.popAll();
      thrownBy(() => popped.close());
    })();
    expect(await alive(refs)).toEqual([]);
    expect(stack).toBeInstanceOf(ExitStack);
  });
});

describe("property 47: a resource that lives on holds nothing of its acquisitions (S10)", () => {
  const noting = (refs: Refs) =>
    resource(
      () => {
        const handle = { handle: true };
        refs["handle"] = new WeakRef(handle);
        return handle;
      },
      () => {},
    );
  const makers: Record<string, (refs: Refs) => Resource<unknown>> = {
    closing(refs) {
      const value = { close() {} };
      refs["value"] = new WeakRef(value);
      return closing(value);
    },
    singleUse: (refs) => singleUse(noting(refs)),
    reusable: (refs) => reusable(noting(refs)),
    reentrant: (refs) => reentrant(noting(refs)),
  };

  it.each(Object.entries(makers))("%s()", async (_, make) => {
    const refs: Refs = {};
    const kept = make(refs);
    (() => {
      const { error } = thrownBy(() =>
        run(function* () {
          yield* acquire(kept);
          throw new Error("body");
        }),
      );
      refs["error"] = new WeakRef(error as Error);
    })();
    expect(Object.keys(refs)).toHaveLength(2);
    expect(await alive(refs)).toEqual([]);
    expect(typeof kept).toBe("object");
  });

  it("suppress(), and a function within a resource", async () => {
    const refs: Refs = {};
    const call = within(suppress(Error))(function (this: object, argument: object) {
      refs["this"] = new WeakRef(this);
      refs["argument"] = new WeakRef(argument);
      const error = new Error("suppressed");
      refs["error"] = new WeakRef(error);
      throw error;
    });
    (() => expect(call.call({}, {})).toBeUndefined())();
    expect(Object.keys(refs)).toHaveLength(3);
    expect(await alive(refs)).toEqual([]);
    expect(call).toBeTypeOf("function");
  });
});
