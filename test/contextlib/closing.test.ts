import { once } from "node:events";
import { open } from "node:fs/promises";
import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, acquireAsync, closing, type Resource, run, runAsync } from "../../runtime/index.ts";
import { rejectedBy, shapeOf, thrownBy, ticks, type Trace } from "../runtime/traced.ts";

const use = (resource: Resource<unknown>, body: (handle: unknown) => void = () => {}) =>
  run(function* () {
    body(yield* acquire(resource));
  });

const keys = ["close", "end", "destroy", Symbol.dispose, Symbol.asyncDispose] as const;

describe("closing()", () => {
  it("property 34: does nothing until it is acquired; the handle is the value itself, which is closed after the body", () => {
    const trace: Trace = [];
    const value = { close: () => trace.push("closed") };
    const owned = closing(value);
    expect(trace).toEqual([]);
    use(owned, (handle) => trace.push(`body ${handle === value}`));
    expect(trace).toEqual(["body true", "closed"]);
  });

  it("closes by the first of its methods in the documented order, whichever it has, called on it without arguments", () => {
    const member = fc.constantFrom("absent", "method", "inherited method", "no method");
    fc.assert(
      fc.property(fc.tuple(member, member, member, member, member), (members) => {
        const trace: Trace = [];
        const prototype: Record<PropertyKey, unknown> = {};
        const value = Object.create(prototype) as Record<PropertyKey, unknown>;
        const note = (key: PropertyKey) =>
          function (this: unknown, ...args: unknown[]) {
            trace.push(`${String(key)} ${this === value} ${args.length}`);
          };
        members.forEach((kind, i) => {
          const key = keys[i]!;
          if (kind === "method") value[key] = note(key);
          else if (kind === "inherited method") prototype[key] = note(key);
          else if (kind === "no method") value[key] = typeof key === "symbol" ? undefined : "busy";
        });
        const expected = keys.find((_, i) => members[i]!.endsWith("method") && members[i] !== "no method");
        if (expected) {
          use(closing(value as { close(): void }));
          expect(trace).toEqual([`${String(expected)} true 0`]);
        } else {
          const { error } = thrownBy(() => use(closing(value as { close(): void })));
          expect(error).toBeInstanceOf(TypeError);
          expect(trace).toEqual([]);
        }
      }),
    );
  });

  it.each(keys)("property 50: the method %s is read once, at acquisition", (key) => {
    const trace: Trace = [];
    const value = {
      get [key]() {
        trace.push("read");
        return () => trace.push("called");
      },
    };
    const owned = closing(value as unknown as { close(): void });
    trace.push("made");
    use(owned, () => trace.push("body"));
    expect(trace).toEqual(["made", "read", "body", "called"]);
  });

  it("closes by the method named, though there is a close; also by a symbol", () => {
    const trace: Trace = [];
    const value = {
      close: () => trace.push("close"),
      terminate: () => trace.push("terminate"),
      [Symbol.dispose]: () => trace.push("dispose"),
    };
    use(closing(value, "terminate"));
    use(closing(value, Symbol.dispose));
    expect(trace).toEqual(["terminate", "dispose"]);
  });

  it.each([
    ["an object", { open: true }, "[object Object]: it has no method close, end or destroy"],
    ["a string", "db", "db: it has no method close"],
    ["null", null, "null: it has no method close"],
    ["undefined", undefined, "undefined: it has no method close"],
    ["an instance of a class", new (class Kettle {})(), "[object Kettle]: it has no method close"],
  ])("refuses %s, naming it and what to do", (_, value, message) => {
    const { error } = thrownBy(() => use(closing(value as unknown as { close(): void })));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(`ts-raii: cannot close ${message}`);
    expect(String(error)).toContain('closing(value, "shutdown"), or use resource()');
  });

  it.each(["shutdown", Symbol("shutdown")])("refuses a value without the method named, %s", (by) => {
    const { error } = thrownBy(() =>
      use(closing({ close() {} } as object, by as never) as Resource<unknown>),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(`cannot close [object Object]: it has no method ${String(by)}`);
  });

  it("property 55: is single use: the value is closed once, and the second acquisition says so", () => {
    const trace: Trace = [];
    class Database {
      close() {
        trace.push("closed");
      }
    }
    const owned = closing(new Database());
    use(owned);
    const { error } = thrownBy(() => use(owned));
    expect(String(error)).toContain("closing(Database) has been acquired before, and closes its value once");
    expect(trace).toEqual(["closed"]);
  });

  it("property 11: an error of closing is combined with that of the body, and names the value", () => {
    class Database {
      close() {
        throw new Error("disk full");
      }
    }
    const { error } = thrownBy(() =>
      use(closing(new Database()), () => {
        throw new Error("body");
      }),
    );
    expect(shapeOf(error)).toEqual([new Error("disk full"), new Error("body")]);
    expect(String(error)).toContain("while releasing Database");
  });

  it.each(keys)("property 5: what %s returns is awaited before the next release", async (key) => {
    const trace: Trace = [];
    const value = (name: string) => ({
      async [key]() {
        trace.push(`-${name}`);
        await ticks(3);
        trace.push(`${name} closed`);
      },
    });
    await runAsync(function* () {
      yield* acquireAsync(closing(value("a") as { close(): Promise<void> }));
      yield* acquireAsync(closing(value("b") as { close(): Promise<void> }));
    });
    expect(trace).toEqual(["-b", "b closed", "-a", "a closed"]);
  });

  it("the rejection of an asynchronous close is the error of the scope", async () => {
    const failure = new Error("connection lost");
    const value = { end: () => Promise.reject(failure) };
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(closing(value));
      }),
    );
    expect(error).toBe(failure);
  });

  it("a promise of a value is awaited by the acquisition, and what it gives is closed", async () => {
    const trace: Trace = [];
    const value = { close: () => trace.push("close"), stop: () => trace.push("stop") };
    const handles = await runAsync(function* () {
      const first = yield* acquireAsync(closing(Promise.resolve(value)));
      const second = yield* acquireAsync(closing(Promise.resolve(value), "stop"));
      return [first, second];
    });
    expect(handles).toEqual([value, value]);
    expect(trace).toEqual(["stop", "close"]);
    for (const promise of [Promise.reject(new Error("refused")), Promise.resolve({} as typeof value)]) {
      const { error } = await rejectedBy(
        runAsync(function* () {
          yield* acquireAsync(closing(promise));
        }),
      );
      expect(String(error)).toMatch(/Error: refused|cannot close \[object Object\]/);
    }
  });

  it("a value that is closable and thenable is closed as it is", () => {
    const trace: Trace = [];
    const value = { then: () => expect.fail("it is not to be awaited"), close: () => trace.push("close") };
    use(closing(value) as Resource<unknown>);
    expect(trace).toEqual(["close"]);
  });

  it("closes what Node has: a file by its promise, a server by name of the symbol, to the end", async () => {
    const server = createServer();
    const { fd, file } = await runAsync(function* () {
      const file = yield* acquireAsync(closing(open(import.meta.filename)));
      yield* acquireAsync(closing(server, Symbol.asyncDispose));
      server.listen(0, "127.0.0.1");
      yield* acquireAsync(once(server, "listening").then(() => null));
      expect(server.listening).toBe(true);
      return { fd: file.fd, file };
    });
    expect(fd).toBeGreaterThan(0);
    expect(file.fd).toBe(-1);
    expect(server.listening).toBe(false);
  });
});
