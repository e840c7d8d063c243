import { describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  type AsyncAcquirable,
  flatMap,
  resource,
  run,
  runAsync,
  suppress,
} from "../../runtime/index.ts";
import { rejectedBy, shapeOf, thrownBy, ticks } from "./traced.ts";

const outer = new Error("outer release");
const failing = resource(
  () => {},
  () => {
    throw outer;
  },
);
const failingLater = resource(
  () => {},
  async () => {
    await ticks(2);
    throw outer;
  },
);
const body = new Error("body");

describe("property 8: a resource made of several ends as its parts would, one after the other", () => {
  it("an error that one of them suppressed is not combined with one that a later one throws", () => {
    const parts = thrownBy(() =>
      run(function* () {
        yield* acquire(failing);
        yield* acquire(suppress(Error));
        throw body;
      }),
    );
    const made = thrownBy(() =>
      run(function* () {
        yield* acquire(flatMap(failing, () => suppress(Error)));
        throw body;
      }),
    );
    expect([parts.error, made.error]).toEqual([outer, outer]);
  });

  it("an error that was combined is not combined again", () => {
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(flatMap(failing, () => failing));
        throw body;
      }),
    );
    expect(shapeOf(error)).toEqual([outer, [outer, body]]);
  });

  it("the next release sees the error that it ended with", () => {
    const seen: unknown[] = [];
    const seeing = resource(
      () => {},
      (_, exit) => seen.push(exit.kind === "failed" && exit.error),
    );
    thrownBy(() =>
      run(function* () {
        yield* acquire(seeing);
        yield* acquire(flatMap(failing, () => suppress(Error)));
        throw body;
      }),
    );
    expect(seen).toEqual([outer]);
  });

  it.each<[string, AsyncAcquirable]>([
    ["released asynchronously", flatMap(failingLater, () => suppress(Error))],
    ["released synchronously", flatMap(failing, () => suppress(Error))],
  ])("in an async scope, %s", async (_, made) => {
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(made);
        throw body;
      }),
    );
    expect(error).toBe(outer);
  });
});
