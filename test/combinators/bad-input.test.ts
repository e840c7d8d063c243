import { describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  all,
  flatMap,
  map,
  onExit,
  race,
  recover,
  Resource,
  resource,
  run,
  runAsync,
  tap,
} from "../../runtime/index.ts";
import { disposable, rejectedBy, thrownBy } from "../runtime/traced.ts";

const odd: unknown[] = [undefined, null, 5, "text", {}, Promise.resolve()];
const described = ["undefined", "null", "5", "text", "[object Object]", "[object Promise]"];
const made = resource(
  () => 1,
  () => {},
  "made",
);

describe("bad input", () => {
  it.each<[string, (bad: never) => unknown]>([
    ["map(resource, change)", (bad) => map(null, bad)],
    ["tap(resource, action)", (bad) => tap(null, bad)],
    ["flatMap(resource, next)", (bad) => flatMap(null, bad)],
    ["onExit(resource, action)", (bad) => onExit(null, bad)],
    ["recover(resource, handler)", (bad) => recover(null, bad)],
  ])("%s says at once that it takes a function", (call, make) => {
    odd.forEach((bad, at) => {
      const { error } = thrownBy(() => make(bad as never));
      expect(String(error)).toBe(
        `TypeError: ts-raii: ${call} takes a function, and was given ${described[at]}`,
      );
    });
  });

  it.each<[unknown, string]>([
    [undefined, "undefined"],
    [null, "null"],
    [5, "5"],
    ["text", "text"],
    [(): unknown => made, "[function Function]"],
    [made, "[object made]"],
    [disposable([], "a"), "[object Object]"],
    [{ [Resource.acquire]: 1 }, "[object Object]"],
    [Promise.resolve([]), "[object Promise]"],
  ])("all(…) says at once what it takes: %s", (bad, what) => {
    expect(String(thrownBy(() => all(bad as never)).error)).toMatch(
      `TypeError: ts-raii: all(resources) takes an array, an iterable or a record of resources, and was given ${what}`,
    );
  });

  it.each<[unknown, string]>([
    [[], "none"],
    [new Set(), "none"],
    [undefined, "undefined"],
    [made, "[object made]"],
    ["text", "text"],
    [{ a: made }, "[object Object]"],
  ])("race(…) says at once what it takes: %s", (bad, what) => {
    expect(String(thrownBy(() => race(bad as never)).error)).toBe(
      `TypeError: ts-raii: race(resources) takes an iterable of at least one resource, and was given ${what}`,
    );
  });

  const misuses: [string, () => unknown, string][] = [
    ["a function that makes one", () => map((() => made) as never, (x) => x), "[function "],
    ["a number", () => all([made, 5 as never]), "5"],
    ["a next() that gives none", () => flatMap(made, () => "text" as never), "text"],
    ["a handler that gives none", () => recover(failing, () => ({}) as never), "[object Object]"],
    ["a contestant", () => race([{ close() {} } as never]), "[object Object]"],
  ];
  const failing = resource(
    () => {
      throw "no";
    },
    () => {},
  );

  it.each(misuses)("the acquisition says of what is no resource what it is: %s", async (_, make, what) => {
    const released: string[] = [];
    const outer = resource(
      () => {},
      () => released.push("outer"),
    );
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(outer);
        yield* acquire(make() as Disposable);
      }),
    );
    const awaited = await rejectedBy(runAsync(() => acquireAsync(all([outer, make() as Disposable]))));
    for (const each of [error, awaited.error]) {
      expect(each).toBeInstanceOf(TypeError);
      expect(String(each)).toContain(`ts-raii: cannot acquire ${what}`);
      expect(String(each)).toContain("it is no resource. Await it, or use resource()");
    }
    expect(released).toEqual(["outer", "outer"]);
  });

  it("what throws while it is listed does so at once", () => {
    const listing = {
      *[Symbol.iterator]() {
        yield made;
        throw "listing";
      },
    };
    expect(thrownBy(() => all(listing))).toEqual({ error: "listing" });
    expect(thrownBy(() => race(listing))).toEqual({ error: "listing" });
  });

  it("exit.suppress() after the release is refused, also in onExit()", () => {
    let late = (): void => {};
    const kept = onExit(made, (exit) => exit.kind === "failed" && (late = () => exit.suppress()));
    const body = function* () {
      yield* acquire(kept);
      throw "body";
    };
    expect(thrownBy(() => run(body))).toEqual({ error: "body" });
    expect(late).toThrow("exit.suppress() after the release has ended");
  });
});
