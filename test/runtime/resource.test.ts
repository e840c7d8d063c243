import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { acquire, type Resource, resource, run } from "../../runtime/index.ts";
import { disposable, thrownBy, type Trace } from "./traced.ts";

describe("resource()", () => {
  it("property 34: making one does nothing; each acquisition is a fresh one", () => {
    const trace: Trace = [];
    let next = 0;
    const counter = resource(
      () => {
        next++;
        trace.push(`+${next}`);
        return { id: next };
      },
      ({ id }) => trace.push(`-${id}`),
    );
    expect(trace).toEqual([]);
    const use = () =>
      run(function* () {
        const first = yield* acquire(counter);
        const second = yield* acquire(counter);
        return [first.id, second.id];
      });
    expect(use()).toEqual([1, 2]);
    expect(use()).toEqual([3, 4]);
    expect(trace).toEqual(["+1", "+2", "-2", "-1", "+3", "+4", "-4", "-3"]);
  });

  it("property 34: one that failed can be acquired again", () => {
    const trace: Trace = [];
    let attempts = 0;
    const flaky = resource(
      () => {
        if (++attempts === 1) throw new Error("first attempt");
        return attempts;
      },
      (attempt) => trace.push(`-${attempt}`),
    );
    const result = run(function* () {
      try {
        return yield* acquire(flaky);
      } catch {
        return yield* acquire(flaky);
      }
    });
    expect(result).toBe(2);
    expect(trace).toEqual(["-2"]);
  });

  it("property 3: the same one acquired in two programs at once is two acquisitions", () => {
    const trace: Trace = [];
    let next = 0;
    const counter = resource(
      () => ++next,
      (id) => trace.push(`-${id}`),
    );
    run(function* () {
      yield* acquire(counter);
      run(function* () {
        yield* acquire(counter);
      });
      trace.push("outer body");
    });
    expect(trace).toEqual(["-2", "outer body", "-1"]);
  });

  it("the release is handed the very handle, also one that is a Disposable", () => {
    const handles = [undefined, { [Symbol.dispose]: () => expect.fail("it is not ours to dispose") }];
    for (const handle of handles) {
      const released: unknown[] = [];
      const got = run(function* () {
        return [
          yield* acquire(
            resource(
              () => handle,
              (each) => released.push(each),
            ),
          ),
        ];
      });
      expect(got[0]).toBe(handle);
      expect(released).toHaveLength(1);
      expect(released[0]).toBe(handle);
    }
  });

  it("property 32: one that is async is a TypeError for run(), and what arrives late is released all the same", async () => {
    const released: unknown[] = [];
    const late = resource(
      async () => "late",
      (handle, exit) => {
        released.push(handle, exit.kind === "failed" && exit.error);
        throw new Error("nobody is there to be told");
      },
      "late",
    );
    const trace: Trace = [];
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(disposable(trace, "earlier"));
        yield* acquire(late as unknown as Resource<string>);
      }),
    );
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("cannot acquire [object late]: [Resource.acquire]() must return");
    expect(String(error)).toContain("await raii()");
    expect(trace).toEqual(["-earlier"]);
    expect(released).toEqual([]);
    await setImmediate();
    expect(released).toEqual(["late", error]);
  });

  it("property 32: of one that is async and fails late run() has nothing more to tell", async () => {
    const rejected = resource(
      () => Promise.reject(new Error("late")),
      () => expect.fail("nothing was acquired"),
    );
    const { error } = thrownBy(() =>
      run(function* () {
        yield* acquire(rejected as unknown as Resource<never>);
      }),
    );
    expect(error).toBeInstanceOf(TypeError);
    await setImmediate(); // an unhandled rejection would fail the run of the tests
  });

  it.each([
    ["no acquire", undefined, () => {}],
    ["null for acquire", null, () => {}],
    ["a handle for acquire", { close() {} }, () => {}],
    ["no release", () => {}, undefined],
    ["no function for release", () => {}, {}],
  ])("refuses at once: %s", (_, acquireIt, release) => {
    const { error } = thrownBy(() => resource(acquireIt as () => void, release as () => void));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain("resource(acquire, release) takes two functions");
  });
});
