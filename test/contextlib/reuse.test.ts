import { describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  type AsyncResource,
  closing,
  contextManager,
  defer,
  type Exit,
  ExitStack,
  nullContext,
  patch,
  reentrant,
  type Resource,
  resource,
  reusable,
  run,
  runAsync,
  singleUse,
  suppress,
} from "../../runtime/index.ts";
import {
  asyncDisposable,
  AsyncTraced,
  disposable,
  rejectedBy,
  shapeOf,
  thrownBy,
  ticks,
  type Trace,
  Traced,
} from "../runtime/traced.ts";

const use = (each: Resource<unknown>, body: (handle: unknown) => void = () => {}) =>
  run(function* () {
    body(yield* acquire(each));
  });
const useAsync = (each: AsyncResource<unknown>, body: (handle: unknown) => unknown = () => {}) =>
  runAsync(function* () {
    const handle = yield* acquireAsync(each);
    yield* acquireAsync(Promise.resolve(body(handle)).then(() => null));
  });
const noting = (trace: Trace) => (exit: Exit) => trace.push(exit.kind);

/** Fails as many times as told, and then gives how often it was tried. */
function flaky(trace: Trace, failures: number) {
  let tries = 0;
  return resource(
    () => {
      if (++tries <= failures) throw new Error(`failure ${tries}`);
      return tries;
    },
    (_, exit) => trace.push(exit.kind),
    "flaky",
  );
}

// As test_cm_is_reusable and test_cm_is_reentrant of CPython, for each resource there is: what it is declared to be.
const target = { property: 1 };
const kinds: Record<"reentrant" | "reusable" | "single use", Record<string, () => Resource<unknown>>> = {
  reentrant: {
    "resource()": () =>
      resource(
        () => 1,
        () => {},
      ),
    "contextManager()": contextManager(function* () {
      yield 1;
    }),
    "suppress()": () => suppress(Error),
    "nullContext()": () => nullContext(1),
    "defer()": () => defer(() => {}),
    "patch()": () => patch(target, "property", 2),
    "reentrant()": () => reentrant(new Traced([], "r")),
  },
  reusable: {
    ExitStack: () => new ExitStack(),
    "reusable()": () => reusable(new Traced([], "r")),
  },
  "single use": {
    "singleUse()": () => singleUse(new Traced([], "r")),
    "closing()": () => closing({ close() {} }),
  },
};

describe("property 55: single use, reusable, reentrant", () => {
  const again = (each: Resource<unknown>) => {
    use(each);
    use(each);
  };
  const nested = (each: Resource<unknown>) => use(each, () => use(each));

  it.each(Object.entries(kinds.reentrant))("%s is reentrant", (_, make) => {
    again(make());
    nested(make());
    const both = make();
    nested(both);
    again(both);
  });

  it.each(Object.entries(kinds.reusable))("%s is reusable, and fails loudly when it is held", (_, make) => {
    again(make());
    const each = make();
    expect(() => nested(each)).toThrow("is held: it is reusable, not reentrant");
    again(each);
  });

  it.each(Object.entries(kinds["single use"]))("%s fails loudly when it is acquired again", (_, make) => {
    expect(() => again(make())).toThrow("has been acquired before");
    expect(() => nested(make())).toThrow("has been acquired before");
  });
});

describe("singleUse()", () => {
  it("property 34: acquires nothing until it is acquired, and then once", () => {
    const trace: Trace = [];
    const once = singleUse(new Traced(trace, "r", noting(trace)));
    expect(trace).toEqual([]);
    use(once, (handle) => trace.push(String(handle)));
    thrownBy(() => use(once));
    expect(trace).toEqual(["+r", "R", "-r", "succeeded"]);
  });

  it("names the resource", () => {
    const once = singleUse(flaky([], 0));
    use(once);
    expect(() => use(once)).toThrow(
      "ts-raii: flaky is single use, and has been acquired before. Make one for each acquisition",
    );
  });

  it("an acquisition that fails uses it up", () => {
    const trace: Trace = [];
    const once = singleUse(flaky(trace, 1));
    expect(() => use(once)).toThrow("failure 1");
    expect(() => use(once)).toThrow("flaky is single use");
    expect(trace).toEqual([]);
  });

  it("takes all that can be acquired", async () => {
    const trace: Trace = [];
    const plain = disposable(trace, "disposable");
    use(singleUse(plain), (handle) => expect(handle).toBe(plain));
    use(singleUse(null), (handle) => expect(handle).toBeNull());
    const socket = asyncDisposable(trace, "async disposable");
    await useAsync(singleUse(socket), (handle) => expect(handle).toBe(socket));
    await useAsync(singleUse(Promise.resolve(new AsyncTraced(trace, "r"))), (handle) =>
      expect(handle).toBe("R"),
    );
    expect(trace).toEqual(["-disposable", "-async disposable", "async disposable released", "+r", "-r"]);
  });

  it("of two acquisitions at once the second fails", async () => {
    const trace: Trace = [];
    const once = singleUse(new AsyncTraced(trace, "r"));
    const [first, second] = await Promise.allSettled([useAsync(once), useAsync(once)]);
    expect([first.status, second.status, trace]).toEqual(["fulfilled", "rejected", ["+r", "-r"]]);
  });

  it("suppresses and is told as the resource is", () => {
    expect(
      run(function* () {
        yield* acquire(singleUse(suppress(Error)));
        throw new Error("body");
      }),
    ).toBeUndefined();
  });
});

describe("reusable()", () => {
  it("is free again when its acquisition has failed, and when its release has", () => {
    const trace: Trace = [];
    const one = reusable(flaky(trace, 1));
    expect(() => use(one)).toThrow("failure 1");
    use(one, (handle) => expect(handle).toBe(2));
    const failing = reusable(
      defer(() => {
        throw new Error("release");
      }),
    );
    for (let i = 0; i < 2; i++) expect(() => use(failing)).toThrow("release");
  });

  it("is held while it is being acquired and released, asynchronously, too", async () => {
    const trace: Trace = [];
    const one = reusable(new AsyncTraced(trace, "r"));
    const held = async () => String((await rejectedBy(useAsync(one))).error);
    const first = useAsync(one, async () => {
      expect(await held()).toContain("AsyncTraced is held");
    });
    expect(await held()).toContain(
      "AsyncTraced is held: it is reusable, not reentrant. Acquire it after its release",
    );
    for (let i = 0; i < 50 && !trace.includes("-r"); i++) await ticks(1);
    expect(await held()).toContain("AsyncTraced is held");
    await first;
    await useAsync(one);
    expect(trace).toEqual(["+r", "-r", "+r", "-r"]);
  });

  it("refuses a resource whose acquisition or release acquires it", () => {
    const errors: unknown[] = [];
    const one: Resource<void> = reusable(
      resource(
        () => void errors.push(thrownBy(() => use(one)).error),
        () => errors.push(thrownBy(() => use(one)).error),
      ),
    );
    use(one);
    expect(errors.map(String)).toEqual(
      Array(2).fill(expect.stringContaining("is held: it is reusable, not reentrant")),
    );
  });
});

describe("reentrant()", () => {
  it("acquires for the outermost scope, gives its handle to those within, and releases at its end", () => {
    const trace: Trace = [];
    let next = 0;
    const lock = reentrant(
      resource(
        () => {
          trace.push("+");
          return { id: next++ };
        },
        ({ id }, exit) => trace.push(`-${id} ${exit.kind}`),
      ),
    );
    for (let i = 0; i < 2; i++) {
      use(lock, (outer) => {
        use(lock, (inner) => {
          expect(inner).toBe(outer);
          use(lock);
        });
        use(lock);
        trace.push("body");
      });
    }
    expect(trace).toEqual(["+", "body", "-0 succeeded", "+", "body", "-1 succeeded"]);
  });

  it("one function may hold it several times", () => {
    const trace: Trace = [];
    const lock = reentrant(new Traced(trace, "r"));
    run(function* () {
      yield* acquire(lock);
      yield* acquire(lock);
      trace.push("body");
    });
    expect(trace).toEqual(["+r", "body", "-r"]);
  });

  it("an error within does not concern it until it reaches the outermost scope", () => {
    const trace: Trace = [];
    const lock = reentrant(new Traced(trace, "r", noting(trace)));
    const throws = () => {
      throw new Error("body");
    };
    use(lock, () => thrownBy(() => use(lock, throws)));
    thrownBy(() => use(lock, () => use(lock, throws)));
    expect(trace).toEqual(["+r", "-r", "succeeded", "+r", "-r", "failed"]);
  });

  it("an acquisition that fails leaves nothing held; neither does a release that fails", () => {
    const trace: Trace = [];
    const lock = reentrant(flaky(trace, 2));
    expect(() => use(lock)).toThrow("failure 1");
    expect(() => use(lock)).toThrow("failure 2");
    use(lock, () => use(lock));
    expect(trace).toEqual(["succeeded"]);
    const release = new Error("release");
    const failing = reentrant(
      defer(() => {
        throw release;
      }),
    );
    const body = new Error("body");
    for (let i = 0; i < 2; i++) {
      const { error } = thrownBy(() =>
        use(failing, () =>
          use(failing, () => {
            throw body;
          }),
        ),
      );
      expect(shapeOf(error)).toEqual([release, body]);
    }
  });

  it("suppresses where the resource does, in the outermost scope", () => {
    const trace: Trace = [];
    const lock = reentrant(suppress(Error));
    use(lock, () => {
      use(lock, () => {
        throw new Error("body");
      });
      trace.push("the outer body does not go on");
    });
    expect(trace).toEqual([]);
  });

  it("what is not released in reverse is released with the last one", () => {
    const trace: Trace = [];
    const lock = reentrant(new Traced(trace, "r"));
    const [first, second] = [new ExitStack(), new ExitStack()];
    first.enter(lock);
    second.enter(lock);
    first.close();
    trace.push("first closed");
    second.close();
    expect(trace).toEqual(["+r", "first closed", "-r"]);
  });

  it("refuses what takes time to acquire", () => {
    const lock = reentrant(new AsyncTraced([], "r") as unknown as Resource<string>);
    expect(() => use(lock)).toThrow("[Resource.acquire]() must return { handle, release }");
    expect(() => use(lock)).toThrow("[Resource.acquire]() must return { handle, release }");
  });
});
