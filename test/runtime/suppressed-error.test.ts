import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { acquire, contextManager, resource, run } from "../../runtime/index.ts";
import { combined, disposable, thrownBy } from "./traced.ts";

afterEach(() => void vi.unstubAllGlobals());

/** Lets the body throw `earlier` and the release of a `Pool` throw `later`. */
function combine(later: unknown, earlier: unknown): SuppressedError {
  class Pool implements Disposable {
    [Symbol.dispose](): void {
      throw later;
    }
  }
  return combined(
    thrownBy(() =>
      run(function* () {
        yield* acquire(new Pool());
        throw earlier;
      }),
    ).error,
  );
}

/** The platform's class as TC39 has it, for platforms that have none. */
class StubbedSuppressedError extends Error {
  static made = 0;
  constructor(error: unknown, suppressed: unknown, message?: string) {
    super(message);
    StubbedSuppressedError.made++;
    Object.defineProperty(this, "error", { value: error, writable: true, configurable: true });
    Object.defineProperty(this, "suppressed", { value: suppressed, writable: true, configurable: true });
  }
}
Object.defineProperty(StubbedSuppressedError.prototype, "name", { value: "SuppressedError", writable: true });

const platforms = [
  { platform: "without a platform class", stub: undefined },
  { platform: "with a platform class", stub: StubbedSuppressedError },
];

describe.each(platforms)("SuppressedError $platform", ({ stub }) => {
  const combineHere = (later: unknown, earlier: unknown) => {
    vi.stubGlobal("SuppressedError", stub);
    return combine(later, earlier);
  };

  it("property 12: `error` is the later, `suppressed` the earlier, and it is an Error of that name", () => {
    const later = new Error("later");
    const earlier = new Error("earlier");
    const error = combineHere(later, earlier);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("SuppressedError");
    expect(error.error).toBe(later);
    expect(error.suppressed).toBe(earlier);
  });

  it("property 12: the fields are own, writable and not enumerable, as TC39 has them", () => {
    const error = combineHere(undefined, null);
    for (const [key, value] of [
      ["error", undefined],
      ["suppressed", null],
    ] as const) {
      expect(Object.getOwnPropertyDescriptor(error, key)).toEqual({
        value,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
    expect(Object.keys(error)).toEqual([]);
  });

  it("property 12: printing it shows every part, with what was being released (S4)", () => {
    const error = combineHere(new RangeError("pool is busy"), new TypeError("bad query"));
    for (const printed of [error.message, String(error), String(error.stack), inspect(error)]) {
      expect(printed).toContain("RangeError: pool is busy");
      expect(printed).toContain("while releasing Pool");
      expect(printed).toContain("TypeError: bad query");
    }
    expect(String(error)).toMatch(/^SuppressedError: /);
    expect(String(error.stack)).toMatch(/^SuppressedError: /);
  });

  it("property 12: printing one of more than two shows every part, each once", () => {
    vi.stubGlobal("SuppressedError", stub);
    const { message } = combined(
      thrownBy(() =>
        run(function* () {
          yield* acquire(disposable([], "a", { error: new Error("gamma") }));
          yield* acquire(disposable([], "b", { error: new Error("beta") }));
          throw new Error("alpha");
        }),
      ).error,
    );
    expect(message.match(/alpha|beta|gamma/g)).toEqual(["gamma", "beta", "alpha"]);
  });

  it("property 12: a combination that a release threw is shown with its parts, too", () => {
    vi.stubGlobal("SuppressedError", stub);
    const nested = resource(
      () => {},
      () =>
        run(function* () {
          yield* acquire(disposable([], "x", { error: new Error("part two") }));
          throw new Error("part one");
        }),
    );
    const { message } = combined(
      thrownBy(() =>
        run(function* () {
          yield* acquire(nested);
          throw new Error("body");
        }),
      ).error,
    );
    for (const part of ["part one", "part two", "body"]) expect(message).toContain(part);
  });

  it("property 12: the parts of a combination that came from elsewhere are shown, too", () => {
    vi.stubGlobal("SuppressedError", stub);
    // What `using` throws where it is compiled: a SuppressedError whose message says nothing.
    const foreign = Object.assign(new Error("An error was suppressed during disposal."), {
      name: "SuppressedError",
      error: new Error("part two"),
      suppressed: new Error("part one"),
    });
    const { message } = combine(new Error("later"), foreign);
    for (const part of ["part one", "part two", "later"]) expect(message).toContain(part);
  });

  it.each([
    ["a string", "plain text", "plain text"],
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["zero", 0, "0"],
    ["a symbol", Symbol("sym"), "Symbol(sym)"],
    ["a bigint", 10n, "10"],
    ["a plain object", { secret: 1 }, "Object"],
    ["an object without a prototype", Object.create(null), "unprintable"],
    ["a function", function failing() {}, "failing"],
  ])("property 12: what was thrown need not be an Error: %s", (_, thrown, shown) => {
    expect(combineHere(thrown, "earlier").message).toContain(shown);
    expect(combineHere("later", thrown).message).toContain(shown);
  });

  it("property 13: the message is bounded, whatever the messages in it are", () => {
    const huge = new Error(`${"x".repeat(1e6)}\n${"y".repeat(1e6)}`);
    expect(combineHere(huge, "z".repeat(1e6)).message.length).toBeLessThan(2500);
    class Huge implements Disposable {
      readonly name = "n".repeat(1e6);
      [Symbol.dispose](): void {
        throw huge;
      }
    }
    const thrown = thrownBy(() =>
      run(function* () {
        yield* acquire(new Huge());
        throw huge;
      }),
    );
    expect(combined(thrown.error).message.length).toBeLessThan(2500);
  });

  it("property 12: it is built although a part cannot be shown", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const unprintable = Object.defineProperty(new Error(), "message", {
      get() {
        throw new Error("no message");
      },
    });
    const error = combineHere(proxy, unprintable);
    expect(error.error === proxy).toBe(true);
    expect(error.suppressed).toBe(unprintable);
    expect(error.message).toContain("while releasing Pool");
  });
});

describe("SuppressedError", () => {
  it("property 12: it is an instance of the platform's class where there is one, also of one that came later", () => {
    vi.stubGlobal("SuppressedError", undefined);
    const before = combine("later", "earlier");
    vi.stubGlobal("SuppressedError", StubbedSuppressedError);
    const made = StubbedSuppressedError.made;
    const after = combine("later", "earlier");
    expect(before).not.toBeInstanceOf(StubbedSuppressedError);
    expect(after).toBeInstanceOf(StubbedSuppressedError);
    expect(StubbedSuppressedError.made).toBe(made + 1);
  });

  it("property 12: inspect() calls the stand-in what it calls itself", () => {
    vi.stubGlobal("SuppressedError", undefined);
    expect(inspect(combine("later", "earlier"))).toMatch(/^SuppressedError: /);
  });

  it("property 11: each failure is labelled with its resource, by the name it gives itself or that of its class", () => {
    const fail = () => {
      throw new Error("busy");
    };
    const manager = contextManager(function* tempDir() {
      try {
        yield;
      } finally {
        fail();
      }
    });
    const callable = Object.assign(function stopServer() {}, { [Symbol.dispose]: fail });
    const { message } = combined(
      thrownBy(() =>
        run(function* () {
          yield* acquire(resource(() => 1, fail, "named"));
          yield* acquire(resource(function openFile() {}, fail));
          yield* acquire(resource(() => 1, fail));
          yield* acquire(callable);
          yield* acquire(manager());
          throw new Error("body");
        }),
      ).error,
    );
    const labels = [...message.matchAll(/while releasing (\S+)\)/g)].map((match) => match[1]);
    expect(labels).toEqual(["named", "openFile", "resource", "stopServer", "tempDir"]);
  });
});
