import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  acquire,
  acquireAsync,
  all,
  type AsyncAcquirable,
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
import { disposable, rejectedBy, thrownBy, ticks, type Trace } from "../runtime/traced.ts";
import { Gate, settled } from "./gate.ts";
import { failing, noted, raise } from "./noted.ts";

/** All that make a resource of one, and what they make of it is nothing but that one. */
const around: Record<string, (it: AsyncAcquirable) => AsyncAcquirable> = {
  map: (it) => map(it, (x) => x),
  tap: (it) => tap(it, () => {}),
  "flatMap, first": (it) => flatMap(it, (x) => flatMap(null, () => map(null, () => x))),
  "flatMap, second": (it) => flatMap(null, () => it),
  all: (it) => map(all([it]), ([x]) => x),
  "all in parallel": (it) => map(all([it], { parallel: true }), ([x]) => x),
  race: (it) => race([it]),
  onExit: (it) => onExit(it, () => {}),
  recover: (it) => recover(it, (error) => raise(error)),
};

const suppressing = resource(
  () => {},
  (_, exit) => exit.kind === "failed" && exit.suppress(),
);

/** Nothing here is rejected without somebody who takes it. */
let unhandled: unknown[];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => {
  unhandled = [];
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

describe("a failure", () => {
  it("of an acquisition is not suppressed by what that has acquired, and those outside are told that it failed (S5, property 18)", () => {
    const trace: Trace = [];
    const made = all([noted("transaction", trace), suppressing, failing("no")]);
    expect(thrownBy(() => run(() => acquire(made)))).toEqual({ error: "no" });
    expect(trace).toEqual(['-transaction failed "no"']);
  });

  it("of its releases is ended by a suppressor within, and the scope goes on to return what it returns", () => {
    const trace: Trace = [];
    const broken = resource(
      () => {},
      () => raise("release"),
    );
    const returned = run(function* () {
      yield* acquire(noted("outer", trace));
      yield* acquire(all([suppressing, broken]));
      return "value";
    });
    expect([returned, trace]).toEqual(["value", ["-outer succeeded"]]);
  });

  it("of an acquisition can be suppressed by the scope that acquires, as of every resource", () => {
    const program = function* () {
      yield* acquire(suppressing);
      yield* acquire(all([failing("no")]));
    };
    expect(run(program)).toBe(undefined);
  });

  it.each(Object.entries(around))(
    "of an acquisition is the very error that was thrown, %s (property 10)",
    async (_, make) => {
      for (const error of [undefined, null, 0, new Error("no")]) {
        const made = make(
          resource(
            () => raise(error),
            () => {},
          ),
        );
        expect((await rejectedBy(runAsync(() => acquireAsync(made)))).error).toBe(error);
        const later = make(
          resource(
            () => Promise.reject(error),
            () => {},
          ),
        );
        expect((await rejectedBy(runAsync(() => acquireAsync(later)))).error).toBe(error);
      }
    },
  );
});

describe("handles", () => {
  /** But of map(): its function may return a promise. */
  const thenable = { then: () => expect.fail("it was awaited") };
  it.each<[string, (it: AsyncAcquirable) => AsyncAcquirable, (handle: any) => unknown]>([
    ["tap", (it) => tap(it, async () => {}), (handle) => handle],
    ["flatMap", (it) => flatMap(it, () => it), (handle) => handle],
    ["all", (it) => all([it]), ([handle]) => handle],
    ["a record", (it) => all({ it }), ({ it }) => it],
    ["all in parallel", (it) => all([it], { parallel: true }), ([handle]) => handle],
    ["race", (it) => race([it]), (handle) => handle],
    ["onExit", (it) => onExit(it, () => {}), (handle) => handle],
    ["recover", (it) => recover(it, raise), (handle) => handle],
    [
      "recover, instead",
      (it) =>
        recover(
          resource(
            () => raise(1),
            () => {},
          ),
          () => it,
        ),
      (handle) => handle,
    ],
  ])("%s: one that is thenable is not awaited", async (_, make, handleOf) => {
    const acquisition = { handle: thenable, release: () => {} };
    for (const it of [
      { [Resource.acquire]: () => acquisition },
      { [Resource.acquire]: async () => acquisition },
    ]) {
      const handles: unknown[] = [];
      await runAsync(function* () {
        handles.push(handleOf(yield* acquireAsync(make(it))));
      });
      expect(handles[0]).toBe(thenable);
    }
  });
});

describe("what is acquired", () => {
  it.each(Object.entries(around))("%s: a disposer is read once, at acquisition (property 50)", (_, make) => {
    let reads = 0;
    const trace: Trace = [];
    const read = Object.defineProperty({}, Symbol.dispose, {
      get: () => (reads++, () => void trace.push("-a")),
    });
    const made = make(read as Disposable) as Disposable;
    expect(reads).toBe(0);
    expect(run(() => acquire(made))).toBe(read);
    expect([reads, trace]).toEqual([1, ["-a"]]);
  });

  it.each(Object.entries(around))(
    "%s: what has both methods is disposed of at once, as by raii",
    async (_, make) => {
      const both = { ...disposable([], "a"), [Symbol.asyncDispose]: () => expect.fail("asynchronously") };
      run(() => acquire(make(both) as Disposable));
      await runAsync(() => acquireAsync(make(both)));
    },
  );
});

describe("raii() of what takes time", () => {
  it.each(Object.entries(around))(
    "%s: is refused, and what arrives nonetheless is released",
    async (_, make) => {
      const trace: Trace = [];
      const made = make(noted("a", trace, async () => "a")) as unknown as Disposable;
      const { error } = thrownBy(() => run(() => acquire(made)));
      expect(String(error)).toMatch(
        /^TypeError: ts-raii: cannot acquire \[object \w+\]: .* if async, await raii\(\)$/,
      );
      await settled();
      expect(trace).toEqual([expect.stringMatching(/^-a failed/)]);
    },
  );

  it("a group in parallel is refused, and released when its last one arrives", async () => {
    const trace: Trace = [];
    const gates = [new Gate(trace, "a"), new Gate(trace, "b")];
    thrownBy(() => run(() => acquire(all(gates, { parallel: true }) as never)));
    gates[1]!.open();
    await settled();
    gates[0]!.open();
    await settled();
    expect(trace.filter((entry) => entry.endsWith("released"))).toEqual(["b released", "a released"]);
  });
});

describe("rejections that nobody waits for yet", () => {
  it("of a loser whose release fails is kept for the end of the scope", async () => {
    const loser = new Gate([], "a", { acquire: "ok", release: "fails" });
    let isOver = false;
    const failed = rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(race([loser, null]));
        loser.open();
        yield* acquireAsync(
          resource(
            () => new Promise(setImmediate),
            () => {},
          ),
        );
        isOver = true;
      }),
    );
    expect(await failed).toEqual({ error: "release a" });
    expect(isOver).toBe(true);
  });

  it("of a contestant that fails after the race is none", async () => {
    const loser = new Gate([], "a", { acquire: "fails", release: "ok" });
    await runAsync(function* () {
      yield* acquireAsync(race([loser, null]));
      loser.open();
    });
    await ticks(5);
  });

  it("of one of a group is awaited with the others", async () => {
    const gates = [new Gate([], "a", { acquire: "fails", release: "ok" }), new Gate([], "b")];
    const failed = rejectedBy(runAsync(() => acquireAsync(all(gates, { parallel: true }))));
    gates[0]!.open();
    await new Promise((resolve) => setImmediate(resolve));
    gates[1]!.open();
    expect(await failed).toEqual({ error: "acquire a" });
  });
});
