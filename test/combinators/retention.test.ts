import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  all,
  type AsyncAcquirable,
  flatMap,
  map,
  onExit,
  race,
  recover,
  Resource,
  resource,
  tap,
} from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import { useAsync, type Way } from "./use.ts";

describe("retention (S10, property 47)", () => {
  const refs: Record<string, WeakRef<object>> = {};
  const noted = <T extends object>(name: string, value: T): T => {
    refs[name] = new WeakRef(value);
    return value;
  };
  const one = (name: string) =>
    resource(
      async () => noted(name, { name }),
      async () => {},
    );
  const failing = resource(
    async (): Promise<object> => {
      throw noted("error", new Error("acquire"));
    },
    () => {},
  );

  const kept: Record<string, AsyncAcquirable> = {
    map: map(one("a"), (of) => noted("mapped", { of })),
    tap: tap(one("a"), (of) => noted("tapped", { of })),
    flatMap: flatMap(one("a"), (of) => map(one("b"), (it) => noted("both", { of, it }))),
    all: map(all([one("a"), one("b")]), (list) => noted("list", list)),
    "all in parallel": map(all({ a: one("a"), b: one("b") }, { parallel: true }), (it) =>
      noted("record", it),
    ),
    "all that fails": recover(all([one("a"), failing]), () => null),
    "all in parallel that fails": recover(all([one("a"), failing], { parallel: true }), () => null),
    race: race([one("a"), one("b"), failing]),
    onExit: onExit(one("a"), (exit) => void noted("exit", exit)),
    recover: recover(failing, (error) => map(one("b"), (it) => noted("both", { error, it }))),
  };

  it.each(Object.entries(kept))(
    "%s: when the scope has ended, handles and errors are free, and the resource lives on",
    async (_, made) => {
      for (const way of ["return", "throw", "cancel"] as Way[]) {
        for (const name of Object.keys(refs)) delete refs[name];
        await useAsync([made], way, []);
        expect(Object.keys(refs).length).toBeGreaterThan(0);
        // The exits that tell of no failure are constants.
        if (way !== "throw") delete refs["exit"];
        expect(await alive(refs)).toEqual([]);
      }
      expect(typeof made).toBe("object");
    },
  );

  it.each([
    ["of a race, but for the winner", race([one("a"), one("b"), failing])],
    ["of a race, but for the winner, who came last", race([failing, one("a"), one("b")])],
    ["of what was recovered from", recover(all([one("b"), failing]), () => one("a"))],
    [
      "of what was recovered from by a Disposable",
      recover(all([one("b"), failing]), () => noted("a", { [Symbol.dispose]() {} })),
    ],
    ["of what was recovered from, without a resource", recover(all([one("b"), failing]), () => null)],
  ])("%s all is free while the scope goes on", async (name, made) => {
    for (const each of Object.keys(refs)) delete refs[each];
    let seen: string[] | undefined;
    const body = setImmediate().then(async () => (seen = await alive(refs)));
    await useAsync([made], "return", [], body);
    expect([seen, Object.keys(refs).sort()]).toEqual([
      name.endsWith("without a resource") ? [] : ["a"],
      name.endsWith("without a resource") ? ["b", "error"] : ["a", "b", "error"],
    ]);
  });

  it("who keeps an acquisition keeps its handle no longer than it is acquired", async () => {
    for (const each of Object.keys(refs)) delete refs[each];
    const mapped = map(null, () => noted("mapped", {}));
    const acquisition = mapped[Resource.acquire]();
    expect(await alive(refs)).toEqual(["mapped"]);
    acquisition.release({ kind: "succeeded" });
    expect(await alive(refs)).toEqual([]);
    expect(typeof acquisition).toBe("object");
  });
});
