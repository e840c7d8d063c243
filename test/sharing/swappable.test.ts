import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  acquireAsync,
  awaited,
  ClosedError,
  type Exit,
  resource,
  runAsync,
  swappable,
} from "../../runtime/index.ts";
import { alive } from "../harness/alive.ts";
import {
  asyncDisposable,
  disposable,
  rejectedBy,
  shapeOf,
  thrownBy,
  ticks,
  type Trace,
} from "../runtime/traced.ts";
import { failed, Gate, stateOf, succeeded, take, takeNow } from "./borrowing.ts";

interface Log {
  readonly file: string;
}

/** Notes how it is acquired and released; fails where it is told to. */
function open(trace: Trace, file: string, fails: "" | "acquire" | "release" = "", isSlow = true) {
  return resource(
    async (): Promise<Log> => {
      trace.push(`opening ${file}`);
      if (isSlow) await ticks(3);
      if (fails === "acquire") throw `${file} not found`;
      trace.push(`+${file}`);
      return { file };
    },
    async (_, exit: Exit) => {
      trace.push(`-${file} ${exit.kind}`);
      if (isSlow) await ticks(3);
      if (fails === "release") throw `${file} not closed`;
      trace.push(`${file} closed`);
    },
    file,
  );
}

describe("swappable", () => {
  it("gives what is in place, and releases what was: the new one is there before", async () => {
    const trace: Trace = [];
    await runAsync(function* () {
      const log = yield* acquireAsync(swappable(open(trace, "a")));
      trace.push(`in ${log.current.file}`);
      yield* awaited(log.swap(open(trace, "b")));
      trace.push(`in ${log.current.file}`);
    });
    expect(trace).toEqual([
      ...["opening a", "+a", "in a", "opening b", "+b", "-a succeeded", "a closed", "in b"],
      ...["-b succeeded", "b closed"],
    ]);
  });

  it("tells the last one how the scope ended, and that can suppress", async () => {
    const trace: Trace = [];
    const suppressing = resource(
      () => ({ file: "b" }),
      (_, exit) => {
        trace.push(exit.kind);
        if (exit.kind === "failed") exit.suppress();
      },
    );
    await runAsync(function* () {
      const log = yield* acquireAsync(swappable(open([], "a")));
      yield* awaited(log.swap(suppressing));
      throw new Error("body");
    });
    expect(trace).toEqual(["failed"]);
  });

  it("takes all that `await raii` takes", async () => {
    const trace: Trace = [];
    const first: Disposable | AsyncDisposable | null = disposable(trace, "a");
    const owner = await take(swappable(first as Disposable | AsyncDisposable | null));
    expect(owner.handle.current).toBe(first);
    await owner.handle.swap(asyncDisposable(trace, "b"));
    await owner.handle.swap(null);
    expect(owner.handle.current).toBe(null);
    await owner.handle.swap(Promise.resolve(disposable(trace, "c")));
    await owner.release(succeeded);
    expect(trace).toEqual(["-a", "-b", "b released", "-c"]);
  });

  it("fails, and holds nothing, when the first one does", async () => {
    const trace: Trace = [];
    expect((await rejectedBy(take(swappable(open(trace, "a", "acquire"))))).error).toBe("a not found");
    expect(trace).toEqual(["opening a"]);
  });

  describe("property 39: every way a swap can go", () => {
    const ways = ["", "acquire", "release"] as const;

    it("random swaps against a reference: nothing is lost, nothing released twice", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...ways), fc.nat(40)), { maxLength: 8 }),
          fc.constantFrom("", "release" as const),
          fc.boolean(),
          fc.boolean(),
          async (swaps, first, isSlow, isConcurrent) => {
            const trace: Trace = [];
            const errors: unknown[] = [];
            const owner = await take(swappable(open(trace, "0", first, isSlow)));
            const order: number[] = [];
            const swapping = swaps.map(([fails, tick], at) => async () => {
              if (isConcurrent) await ticks(tick);
              order.push(at);
              await owner.handle
                .swap(open(trace, `${at + 1}`, fails, isSlow))
                .catch((error) => errors.push(error));
              if (!isConcurrent) trace.push(`in ${owner.handle.current.file}`);
            });
            if (isConcurrent) await Promise.all(swapping.map((swap) => swap()));
            else for (const swap of swapping) await swap();
            const end = await Promise.resolve(owner.release(succeeded)).then(() => "ended", String);

            const expected: Trace = ["opening 0", "+0"];
            const expectedErrors: unknown[] = [];
            let current = "0";
            let fate: string = first;
            const close = (): unknown => {
              expected.push(`-${current} succeeded`);
              if (fate !== "release") expected.push(`${current} closed`);
              return fate === "release" ? `${current} not closed` : undefined;
            };
            order.forEach((at) => {
              const [fails] = swaps[at]!;
              const next = `${at + 1}`;
              expected.push(`opening ${next}`);
              if (fails === "acquire") expectedErrors.push(`${next} not found`);
              else {
                expected.push(`+${next}`);
                const error = close();
                if (error) expectedErrors.push(error);
                current = next;
                fate = fails;
              }
              if (!isConcurrent) expected.push(`in ${current}`);
            });
            expect(end).toBe(close() ?? "ended");
            expect(trace).toEqual(expected);
            expect(errors).toEqual(expectedErrors);
          },
        ),
        { numRuns: 300 },
      );
    });
  });

  describe("borrowed by get()", () => {
    it("is not released before it is given back, and a swap waits for that", async () => {
      const trace: Trace = [];
      const { handle: log } = await take(swappable(open(trace, "a")));
      const [one, two] = [takeNow(log.get()), takeNow(log.get())];
      const swapping = log.swap(open(trace, "b"));
      expect(await stateOf(swapping)).toBe("pending");
      expect([one.handle.file, log.current.file, takeNow(log.get()).handle.file]).toEqual(["a", "b", "b"]);
      one.release(succeeded);
      expect(await stateOf(swapping)).toBe("pending");
      expect(trace).toEqual(["opening a", "+a", "opening b", "+b"]);
      two.release(succeeded);
      await swapping;
      expect(trace.slice(4)).toEqual(["-a succeeded", "a closed"]);
    });

    it("the scope waits for it, too, and lends it to nobody meanwhile", async () => {
      const trace: Trace = [];
      const owner = await take(swappable(open(trace, "a")));
      const loan = takeNow(owner.handle.get());
      const ending = Promise.resolve(owner.release(failed("body"))).catch(() => {});
      expect(await stateOf(ending)).toBe("pending");
      expect(String(thrownBy(() => takeNow(owner.handle.get())).error)).toBe(
        "ClosedError: ts-raii: cannot borrow the swappable a, but the scope that owns it has ended",
      );
      loan.release(succeeded);
      await ending;
      expect(trace).toEqual(["opening a", "+a", "-a failed", "a closed"]);
    });

    it("is given back once", async () => {
      const { handle: log } = await take(swappable(open([], "a")));
      const loan = takeNow(log.get());
      loan.release(succeeded);
      expect(String(thrownBy(() => loan.release(succeeded)).error)).toBe(
        "Error: ts-raii: a was given back before",
      );
    });
  });

  describe("when the scope ends", () => {
    it("nothing of it can be used any more", async () => {
      const owner = await take(swappable(open([], "a")));
      await owner.release(succeeded);
      const { error } = thrownBy(() => owner.handle.current);
      expect(error).toBeInstanceOf(ClosedError);
      expect(String(error)).toBe(
        "ClosedError: ts-raii: cannot use the swappable a, but the scope that owns it has ended",
      );
      const trace: Trace = [];
      expect((await rejectedBy(owner.handle.swap(open(trace, "b")))).error).toBeInstanceOf(ClosedError);
      expect(trace).toEqual([]);
    });

    it("what a swap acquires meanwhile is released, told why; those that have not begun acquire nothing", async () => {
      const trace: Trace = [];
      const gate = new Gate<Log>();
      let told: Exit | undefined;
      const late = resource(
        () => gate.promise,
        (_, exit) => (told = exit),
      );
      const owner = await take(swappable(open(trace, "a")));
      const swapping = [owner.handle.swap(late), owner.handle.swap(open(trace, "c"))].map(rejectedBy);
      const ending = Promise.resolve(owner.release(succeeded)).then(() => trace.push("ended"));
      expect(await stateOf(ending)).toBe("pending");
      gate.open({ file: "b" });
      const [first, second] = await Promise.all(swapping);
      await ending;
      expect(told).toMatchObject({ kind: "failed", error: first!.error });
      expect(String(first!.error)).toBe(
        "ClosedError: ts-raii: cannot swap a, but the scope that owns it has ended",
      );
      expect(second!.error).toBeInstanceOf(ClosedError);
      expect(trace).toEqual(["opening a", "+a", "-a succeeded", "a closed", "ended"]);
    });

    it("and that release fails: the swap is told both", async () => {
      const owner = await take(swappable(open([], "a")));
      const swapping = rejectedBy(owner.handle.swap(open([], "b", "release")));
      await owner.release(succeeded);
      expect(shapeOf((await swapping).error)).toEqual(["b not closed", expect.any(ClosedError)]);
    });

    it("the release of the old one, in a swap, is waited for", async () => {
      const trace: Trace = [];
      const owner = await take(swappable(open(trace, "a")));
      const swapping = owner.handle.swap(open(trace, "b", "", false));
      await ticks(6);
      expect(trace).toContain("-a succeeded");
      const ending = owner.release(succeeded);
      await Promise.all([swapping, ending]);
      expect(trace.slice(-4)).toEqual(["-a succeeded", "a closed", "-b succeeded", "b closed"]);
    });
  });

  it("property 47: holds nothing of what was swapped out (S10)", async () => {
    const refs: Record<string, WeakRef<object>> = {};
    const { handle: log } = await take(swappable(open([], "a")));
    await (async () => {
      refs["a"] = new WeakRef(log.current);
      await log.swap(open([], "b"));
      refs["b"] = new WeakRef(log.current);
    })();
    expect(await alive(refs)).toEqual(["b"]);
    expect(log.current.file).toBe("b");
  });
});
