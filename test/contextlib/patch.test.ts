import * as fs from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquire, patch, run } from "../../runtime/index.ts";
import { shapeOf, thrownBy } from "../runtime/traced.ts";

/** All there is to see of a property from outside: where it is, and every attribute. */
const placeOf = (object: object, key: PropertyKey) => ({
  own: Object.getOwnPropertyDescriptor(object, key),
  isThere: key in object,
  keys: Reflect.ownKeys(object),
});

const attributes = fc.record({
  enumerable: fc.boolean(),
  writable: fc.boolean(),
  configurable: fc.constant(true),
});
const getter = () => "computed";
const propertyOf = fc.oneof(
  fc.constant(undefined),
  attributes.map((each): PropertyDescriptor => ({ ...each, value: "value" })),
  fc.boolean().map((enumerable): PropertyDescriptor => ({
    get: getter,
    set: () => expect.fail("the accessor is replaced, not called"),
    enumerable,
    configurable: true,
  })),
);

describe("patch()", () => {
  it("property 34: replaces nothing until it is acquired; the handle is the value", () => {
    const target = { retries: 3 };
    const once = patch(target, "retries", 0);
    expect(target.retries).toBe(3);
    run(function* () {
      expect(yield* acquire(once)).toBe(0);
      expect(target.retries).toBe(0);
    });
    expect(target.retries).toBe(3);
  });

  it("restores exactly what was there, own, inherited or absent, whatever the body did to it and however it ended", () => {
    const symbol = Symbol("key");
    fc.assert(
      fc.property(
        propertyOf,
        propertyOf,
        fc.constantFrom("key", symbol),
        fc.constantFrom("nothing", "assigns", "deletes", "defines", "throws"),
        fc.integer({ min: 1, max: 3 }),
        (own, inherited, key, does, depth) => {
          const prototype: Record<PropertyKey, unknown> = {};
          const target = Object.create(prototype) as Record<PropertyKey, unknown>;
          if (inherited) Object.defineProperty(prototype, key, inherited);
          if (own) Object.defineProperty(target, key, own);
          const before = [placeOf(target, key), placeOf(prototype, key)];
          const body = new Error("body");
          const call = () =>
            run(function* () {
              for (let i = 0; i < depth; i++) {
                yield* acquire(patch(target, key, i));
                expect(target[key]).toBe(i);
                expect(prototype[key]).toBe(inherited && (inherited.get ? "computed" : "value"));
              }
              const { enumerable } = Object.getOwnPropertyDescriptor(target, key)!;
              expect(enumerable).toBe((own ?? inherited)?.enumerable ?? true);
              if (does === "assigns") Reflect.set(target, key, "assigned");
              if (does === "deletes") delete target[key];
              if (does === "defines")
                Object.defineProperty(target, key, { get: () => 1, configurable: true });
              if (does === "throws") throw body;
            });
          if (does === "throws") expect(thrownBy(call).error).toBe(body);
          else call();
          const after = [placeOf(target, key), placeOf(prototype, key)];
          expect(after).toEqual(before);
        },
      ),
    );
  });

  it("redirects what is printed, as redirect_stdout does", () => {
    const printed: unknown[][] = [];
    const { log } = console;
    run(function* () {
      yield* acquire(patch(console, "log", (...args: unknown[]) => void printed.push(args)));
      console.log("to the list", 1);
    });
    expect(printed).toEqual([["to the list", 1]]);
    expect(console.log).toBe(log);
  });

  it("property 55: is reentrant: each acquisition restores what it found", () => {
    const target = { value: "first" };
    const same = patch(target, "value", "second");
    run(function* () {
      yield* acquire(same);
      target.value = "third";
      run(function* () {
        yield* acquire(same);
        expect(target.value).toBe("second");
      });
      expect(target.value).toBe("third");
    });
    expect(target.value).toBe("first");
  });

  it("replaces a property that is fixed and can be assigned, with its attributes", () => {
    const target = Object.defineProperty({} as { fixed?: number }, "fixed", { value: 1, writable: true });
    const before = placeOf(target, "fixed");
    run(function* () {
      yield* acquire(patch(target, "fixed", 2));
      expect(target.fixed).toBe(2);
    });
    expect(placeOf(target, "fixed")).toEqual(before);
  });

  class Settings {
    readonly retries = 3;
  }
  it.each<[string, object, string]>([
    ["a property of a frozen object", Object.freeze(new Settings()), "retries"],
    ["one that is absent from a sealed object", Object.seal(new Settings()), "delay"],
    ["one that cannot be configured", Object.defineProperty(new Settings(), "fixed", { value: 1 }), "fixed"],
    ["an export of a module", fs, "readFileSync"],
  ])("refuses %s, when it is acquired", (_, target, key) => {
    const before = placeOf(target, key);
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(patch(target as Record<string, unknown>, key, 0));
      }),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(
      new RegExp(`ts-raii: patch of \\w+\\.${key}: the property cannot be replaced`),
    );
    expect(placeOf(target, key)).toEqual(before);
  });

  it("says so when the property can no longer be restored, and keeps the error of the body", () => {
    const body = new Error("body");
    for (const target of [new Settings(), {} as Settings]) {
      const { error } = thrownBy(() =>
        run(function* () {
          yield* acquire(patch(target, "retries", 0 as never));
          Object.freeze(target);
          throw body;
        }),
      );
      expect(String(error)).toMatch(/patch of \w+\.retries: the property cannot be restored; it was frozen/);
      expect((shapeOf(error) as unknown[])[1]).toBe(body);
    }
  });

  it("refuses what is no object, when it is made", () => {
    for (const target of [undefined, null, "text"]) {
      const { error } = thrownBy(() => patch(target as never, "length" as never, 0 as never));
      expect(String(error)).toContain(`takes an object; ${target} is none`);
    }
  });
});
