import { describe, expect, it } from "vitest";
import { acquire, contextManager, memoize, resource, run } from "../../runtime/index.ts";
import { rejectedBy, type Trace } from "../runtime/traced.ts";
import { take } from "./borrowing.ts";
import { counted } from "./counted.ts";

describe("memoize", () => {
  it("acquires when it is first used, gives all the same handle, and releases with the scope", () => {
    const trace: Trace = [];
    const handles = run(function* () {
      const browser = yield* acquire(
        memoize(
          contextManager(function* browser() {
            trace.push("+browser");
            yield {};
            trace.push("-browser");
          })(),
        ),
      );
      trace.push("begun");
      const use = () =>
        run(function* () {
          return yield* acquire(browser);
        });
      const handles = [use(), use(), use()];
      trace.push("ended");
      return handles;
    });
    expect(new Set(handles).size).toBe(1);
    expect(trace).toEqual(["begun", "+browser", "ended", "-browser"]);
  });

  it("acquires nothing when it is not used", () => {
    const trace: Trace = [];
    run(function* () {
      yield* acquire(memoize(counted(trace)));
    });
    expect(trace).toEqual([]);
  });

  it("does not remember a failure", async () => {
    let fails = true;
    const it = resource(
      async () => {
        if (fails) throw new Error("refused");
        return 1;
      },
      () => {},
    );
    const { handle } = await take(memoize(it));
    expect(String((await rejectedBy(take(handle))).error)).toBe("Error: refused");
    fails = false;
    expect((await take(handle)).handle).toBe(1);
  });
});
