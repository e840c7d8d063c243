import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currentAbandonment } from "../../runtime/compose/abandonment.ts";
import { succeeded } from "../../runtime/core/exit.ts";
import {
  acquire,
  acquireAsync,
  type AsyncAcquirable,
  map,
  race,
  Resource,
  resource,
  run,
  runAsync,
} from "../../runtime/index.ts";
import { combined, disposable, rejectedBy, shapeOf, thrownBy, type Trace } from "../runtime/traced.ts";
import { exitText } from "./build-part.ts";
import { arbitraryMember, buildMember, Gate, type Member, settled } from "./gate.ts";
import { use, useAsync, type Way, ways } from "./use.ts";

/** What happens in what order: one contestant arrives or fails, or the body ends. */
type Event = number | "end";

/** What a race is to do when things happen in this order, each after all that follows from the one before. */
function reference(members: readonly Member[], events: readonly Event[], way: Way) {
  const trace: Trace = [];
  const pending: number[] = [];
  const failures: string[] = [];
  let winner: number | undefined;
  let bodyIsOver = false;
  let isReleased = false;

  const releaseWinner = (): void => {
    if (winner === undefined || !bodyIsOver || isReleased) return;
    isReleased = true;
    const exit = { return: "succeeded", throw: 'failed "body"', cancel: "cancelled" }[way];
    trace.push(`-${winner} ${exit}`);
    if (members[winner]!.isGate) trace.push(`${winner} released`);
  };
  const arrive = (at: number): void => {
    const { acquire } = members[at]!;
    trace.push(acquire === "ok" ? `+${at}` : `fail ${at}`);
    if (acquire === "fails") failures.push(`acquire ${at}`);
    else if (winner !== undefined) trace.push(`-${at} cancelled`, `${at} released`);
    else winner = at;
  };
  for (const [at, { isGate }] of members.entries()) {
    trace.push(`begin ${at}`);
    if (isGate) pending.push(at);
    else arrive(at);
    if (winner !== undefined) break;
  }
  if (winner !== undefined) trace.push(`body ${winner}`);
  for (const event of events) {
    const hadWinner = winner !== undefined;
    if (event === "end") bodyIsOver = true;
    else if (pending.includes(event)) arrive(event);
    if (winner !== undefined && !hadWinner) trace.push(`body ${winner}`);
    releaseWinner();
  }
  if (winner === undefined) {
    const error = failures.reduce<unknown>(
      (earlier, later) => (earlier ? [later, earlier] : later),
      undefined,
    );
    return { trace, completion: `failed ${JSON.stringify(error)}` };
  }

  // The winner is released first, the others have been or are waited for.
  let error: unknown = way === "throw" ? "body" : undefined;
  const { release } = members[winner]!;
  if (release === "fails") error = error === undefined ? `release ${winner}` : [`release ${winner}`, error];
  const isSuppressed = release === "suppresses" && error !== undefined;
  if (isSuppressed) error = undefined;
  for (const at of pending.reverse()) {
    const lost = at !== winner && members[at]!.acquire === "ok";
    if (lost && members[at]!.release === "fails")
      error = error === undefined ? `release ${at}` : [`release ${at}`, error];
  }
  if (error === undefined) return { trace, completion: isSuppressed ? "suppressed" : "ended" };
  return { trace, completion: `failed ${JSON.stringify(error)}` };
}

describe("race", () => {
  it("keeps the first and gives back the others, whenever they arrive (property 37)", async () => {
    const arbitraryRace = fc.array(arbitraryMember, { minLength: 1, maxLength: 5 }).chain((members) => {
      const events: Event[] = [...members.keys(), "end"];
      return fc.record({
        members: fc.constant(members),
        events: fc.shuffledSubarray(events, { minLength: events.length }),
        isNested: fc.boolean(),
      });
    });
    await fc.assert(
      fc.asyncProperty(
        arbitraryRace,
        fc.constantFrom(...ways),
        async ({ members, events, isNested }, way) => {
          const trace: Trace = [];
          const parts = members.map((member, at) => buildMember(member, `${at}`, trace));
          let end = (): void => {};
          const meanwhile = new Promise<void>((resolve) => (end = resolve));
          const made = race(isNested ? parts.map((each) => map(each, (x) => x)) : parts);
          let isOver = false;
          const ended = useAsync([made], way, trace, meanwhile).finally(() => (isOver = true));
          await settled();
          for (const event of events) {
            const part = event === "end" ? undefined : parts[event];
            if (part instanceof Gate) part.open?.();
            else if (event === "end") end();
            await settled();
            if (isOver) trace.push("over");
          }
          const completion = await ended;
          const until = trace.indexOf("over");
          if (until >= 0) expect(trace.slice(until).every((entry) => entry === "over")).toBe(true);
          expect({ completion, trace: trace.filter((entry) => entry !== "over") }).toEqual(
            reference(members, events, way),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  /** How the two of a race arrive in the same tick. */
  const arrivals: Record<string, (name: string, trace: Trace) => AsyncAcquirable> = {
    "at once": (name, trace) => plain(name, trace),
    "at once, asynchronously": (name, trace) => plain(name, trace, Promise.resolve()),
    "when both are let through": (name, trace) => new Gate(trace, name),
    "as a promise of a resource": (name, trace) => Promise.resolve(plain(name, trace)),
    "made of others": (name, trace) => map(plain(name, trace, Promise.resolve()), (x) => x),
  };

  function plain(name: string, trace: Trace, opened?: Promise<void>): AsyncAcquirable {
    const open = (): string => (trace.push(`+${name}`), name);
    return resource(
      () => (opened ? opened.then(open) : open()) as string,
      (_, exit) => void trace.push(`-${name} ${exitText(exit)}`),
    );
  }

  const names = Object.keys(arrivals);
  it.each(names.flatMap((left) => names.map((right) => [left, right] as const)))(
    "property 37: two in the same tick, left %s, right %s",
    async (left, right) => {
      for (const first of ["left", "right"]) {
        const trace: Trace = [];
        const parts = [arrivals[left]!("left", trace), arrivals[right]!("right", trace)];
        const ended = useAsync([race(parts)], "return", trace, settled());
        const gates = parts.filter((each) => each instanceof Gate);
        for (const gate of first === "left" ? gates : gates.reverse()) gate.open?.();
        expect(await ended).toBe("ended");
        const winner = trace.find((entry) => entry.startsWith("body"))!.slice(5);
        const loser = winner === "left" ? "right" : "left";
        expect(trace.filter((entry) => entry === `-${winner} succeeded`)).toHaveLength(1);
        const isBegun = trace.includes(`+${loser}`);
        expect(trace.filter((entry) => entry === `-${loser} cancelled`)).toHaveLength(isBegun ? 1 : 0);
        expect(trace.filter((entry) => entry.startsWith("-"))).toHaveLength(isBegun ? 2 : 1);
        // A loser is given back when it arrives, which here is long before the body ends.
        if (isBegun)
          expect(trace.indexOf(`-${loser} cancelled`)).toBeLessThan(trace.indexOf(`-${winner} succeeded`));
      }
    },
  );

  it("of one is that one", async () => {
    const trace: Trace = [];
    expect(use([race([disposable(trace, "a")])], "throw", trace)).toBe('failed "body"');
    const { error } = thrownBy(() => run(() => acquire(race([resource(fail("alone"), () => {})]))));
    expect(error).toBe("alone");
  });

  const fail = (error: unknown) => (): never => {
    throw error;
  };

  it("of synchronous ones gives the first that can be acquired, and begins no other", () => {
    const trace: Trace = [];
    const parts = [resource(fail("no"), () => {}), disposable(trace, "b"), resource(fail("never"), () => {})];
    expect(run(() => acquire(race(parts)))).toBe(parts[1]);
    expect(trace).toEqual(["-b"]);
  });

  it("all errors of a race that nobody won say which failed, the first one innermost (S4, properties 11, 12)", async () => {
    const trace: Trace = [];
    const parts = ["a", "b", "c"].map((name) => new Gate(trace, name, { acquire: "fails", release: "ok" }));
    const failed = rejectedBy(runAsync(() => acquireAsync(race(parts))));
    for (const at of [2, 0, 1]) parts[at]!.open();
    const { error } = await failed;
    expect(shapeOf(error)).toEqual(["acquire b", ["acquire a", "acquire c"]]);
    expect(combined(error).message).toBe(
      "acquire b (while acquiring b)\n  after acquire a (while acquiring a)\n  after acquire c",
    );
  });

  it("has its winner before the losers are told, whatever they do then", async () => {
    const bug = new Error("bug");
    const loser = resource(
      () =>
        new Promise<never>((_, reject) => {
          currentAbandonment()!.onAbandoned(() => {
            reject(new Error("lost"));
            throw bug;
          });
        }),
      () => {},
    );
    const winner = new Gate([], "winner", { acquire: "ok", release: "ok" });
    const acquiring = race([winner, loser])[Resource.acquire]();
    winner.open();
    const acquisition = await acquiring;
    // It is told, and not at the cost of the winner.
    expect((await rejectedBy(Promise.resolve(acquisition.release(succeeded)))).error).toBe(bug);
  });

  it("an error of a loser's release says whose it is, beside that of the body (S4)", async () => {
    const trace: Trace = [];
    const loser = new Gate(trace, "slow", { acquire: "ok", release: "fails" });
    const failed = rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(race([loser, disposable(trace, "fast")]));
        loser.open();
        throw "body";
      }),
    );
    expect(combined((await failed).error).message).toBe("release slow (while releasing slow)\n  after body");
  });
});
