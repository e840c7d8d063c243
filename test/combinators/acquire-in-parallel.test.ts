import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquireAsync, all, type AsyncAcquirable, map, resource, runAsync } from "../../runtime/index.ts";
import { combined, rejectedBy, shapeOf, type Trace } from "../runtime/traced.ts";
import { arbitraryMember, buildMember, type Ending, Gate, type Member, settled } from "./gate.ts";
import { use, useAsync, type Way, ways } from "./use.ts";

/** What a group in parallel is to do: all that is begun arrives, then it is released in reverse of its declaration. */
function reference(members: readonly Member[], order: readonly number[], way: Way) {
  const trace: Trace = [];
  const begun: number[] = [];
  const here = new Set<number>();
  let failed = false;
  let error: unknown;
  const fail = (later: unknown): void => {
    error = failed ? [later, error] : later;
    failed = true;
  };
  const arrive = (at: number): void => {
    trace.push(members[at]!.acquire === "ok" ? `+${at}` : `fail ${at}`);
    if (members[at]!.acquire === "ok") here.add(at);
    else fail(`acquire ${at}`);
  };
  for (const [at, { isGate }] of members.entries()) {
    if (failed) break;
    trace.push(`begin ${at}`);
    if (isGate) begun.push(at);
    else arrive(at);
  }
  for (const at of order) if (begun.includes(at)) arrive(at);

  const hasHandle = !failed;
  if (hasHandle) trace.push(`body [${members.map((_, at) => at)}]`);
  if (hasHandle && way === "throw") fail("body");
  let isSuppressed = false;
  const bodyError = { failed, error };
  for (const at of [...here].sort((a, b) => b - a)) {
    const { release, isGate } = members[at]!;
    const cancelled = hasHandle && way === "cancel";
    trace.push(
      `-${at} ${failed ? `failed ${JSON.stringify(error)}` : cancelled ? "cancelled" : "succeeded"}`,
    );
    if (isGate) trace.push(`${at} released`);
    if (release === "fails") fail(`release ${at}`);
    else if (release === "suppresses" && hasHandle && failed) {
      failed = false;
      isSuppressed = true;
    }
  }
  const completion = failed
    ? `failed ${JSON.stringify(error)}`
    : isSuppressed && bodyError.failed
      ? "suppressed"
      : "ended";
  return { trace, completion };
}

describe("all(…, { parallel: true })", () => {
  it("releases in reverse of the declaration, in whatever order all arrived or failed (properties 5, 35, 36)", async () => {
    const arbitraryGroup = fc.array(arbitraryMember, { maxLength: 6 }).chain((members) =>
      fc.record({
        members: fc.constant(members),
        order: fc.shuffledSubarray([...members.keys()], { minLength: members.length }),
        inOneTurn: fc.boolean(),
        isNested: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        arbitraryGroup,
        fc.constantFrom(...ways),
        async ({ members, order, inOneTurn, isNested }, way) => {
          const trace: Trace = [];
          const parts = members.map((member, at) => buildMember(member, `${at}`, trace));
          const group = all(isNested ? parts.map((each) => map(each, (x) => x)) : parts, { parallel: true });
          const ended = useAsync([group], way, trace);
          for (const at of order) {
            const part = parts[at];
            if (part instanceof Gate) part.open?.();
            if (!inOneTurn) await settled();
          }
          expect({ completion: await ended, trace }).toEqual(reference(members, order, way));
        },
      ),
      { numRuns: 1000 },
    );
  });

  /** Both are begun; then what the case says happens to the one side, while the other side does all it should. */
  const sides = ["left", "right"] as const;

  describe.each(sides)("failures of the %s of two (property 35)", (side) => {
    const ok: Ending = { acquire: "ok", release: "ok" };
    const other = side === "left" ? "right" : "left";
    const start = (one: Partial<Ending>, another: Partial<Ending>, way: Way) => {
      const trace: Trace = [];
      const gates = {
        left: new Gate(trace, "left", { ...ok, ...(side === "left" ? one : another) }),
        right: new Gate(trace, "right", { ...ok, ...(side === "right" ? one : another) }),
      };
      const ended = useAsync([all(gates, { parallel: true })], way, trace);
      return { trace, gates, ended };
    };
    const begun = ["begin left", "begin right"];
    const body = "body {left:left,right:right}";

    it.each(["first", "last"])(
      "acquire, error, %s: what is under way is awaited and given back",
      async (when) => {
        const { trace, gates, ended } = start({ acquire: "fails" }, {}, "return");
        for (const each of when === "first" ? ([side, other] as const) : ([other, side] as const)) {
          gates[each].open();
          await settled();
        }
        expect(await ended).toBe(`failed "acquire ${side}"`);
        const arrivals = [`fail ${side}`, `+${other}`];
        expect(trace).toEqual([
          ...begun,
          ...(when === "first" ? arrivals : arrivals.reverse()),
          `-${other} failed "acquire ${side}"`,
          `${other} released`,
        ]);
      },
    );

    it.each([
      ["error", "throw", 'failed "body"', 'failed "body"'],
      ["cancelled", "cancel", "cancelled", "ended"],
    ] as const)("use, %s: both are told", async (_, way, exit, completion) => {
      const { trace, gates, ended } = start({}, {}, way);
      gates[side].open();
      gates[other].open();
      expect(await ended).toBe(completion);
      expect(trace.slice(2)).toEqual([
        `+${side}`,
        `+${other}`,
        body,
        `-right ${exit}`,
        "right released",
        `-left ${exit}`,
        "left released",
      ]);
    });

    it.each([
      ["success", "return", "succeeded", '"release SIDE"'],
      ["error", "throw", 'failed "body"', '["release SIDE","body"]'],
      ["cancelled", "cancel", "cancelled", '"release SIDE"'],
    ] as const)(
      "release after %s, error: the other is still released, and told so",
      async (_, way, exit, error) => {
        const { trace, gates, ended } = start({ release: "fails" }, {}, way);
        gates.left.open();
        gates.right.open();
        const failure = `failed ${error.replace("SIDE", side)}`;
        expect(await ended).toBe(failure);
        expect(trace.filter((entry) => entry.startsWith("-"))).toEqual([
          `-right ${exit}`,
          `-left ${side === "right" ? failure : exit}`,
        ]);
      },
    );

    it("acquire, error, and then the release of the other fails: both are told of", async () => {
      const { gates, ended } = start({ acquire: "fails" }, { release: "fails" }, "return");
      gates[side].open();
      gates[other].open();
      expect(await ended).toBe(`failed ["release ${other}","acquire ${side}"]`);
    });
  });

  it("the errors of several acquisitions say which failed, the first one innermost (S4, properties 11, 12)", async () => {
    const trace: Trace = [];
    const parts = ["a", "b", "c"].map((name) => new Gate(trace, name, { acquire: "fails", release: "ok" }));
    const failed = rejectedBy(runAsync(() => acquireAsync(all(parts, { parallel: true }))));
    for (const at of [1, 2, 0]) parts[at]!.open();
    const { error } = await failed;
    expect(shapeOf(error)).toEqual(["acquire a", ["acquire c", "acquire b"]]);
    expect(combined(error).message).toBe(
      "acquire a (while acquiring a)\n  after acquire c (while acquiring c)\n  after acquire b",
    );
  });

  it("an error that all fail with, as that of one signal, is thrown as it is (properties 10, 14)", async () => {
    const aborted = new Error("aborted");
    const failing = resource(
      () => Promise.reject(aborted),
      () => {},
    );
    const group = all([failing, failing, failing], { parallel: true });
    expect(await rejectedBy(runAsync(() => acquireAsync(group)))).toEqual({ error: aborted });
  });

  it("without { parallel: true } each is begun when the one before it is there", async () => {
    for (const options of [undefined, {}, { parallel: false }, { parallel: undefined }]) {
      const trace: Trace = [];
      const a = new Gate(trace, "a");
      const b = new Gate(trace, "b");
      const ended = useAsync([all([a, b], options)], "return", trace);
      await settled();
      expect(trace).toEqual(["begin a"]);
      a.open();
      await settled();
      b.open();
      await ended;
      expect(trace.slice(0, 5)).toEqual(["begin a", "+a", "begin b", "+b", "body [a,b]"]);
    }
  });

  it("gives the handles in the form of the resources", async () => {
    const one = resource(
      async () => 1,
      () => {},
    );
    const handleOf = (group: AsyncAcquirable) => runAsync(() => acquireAsync(group));
    expect(await handleOf(all({ a: one, b: null }, { parallel: true }))).toEqual({ a: 1, b: null });
    expect(await handleOf(all([one, undefined], { parallel: true }))).toEqual([1, undefined]);
    expect(await handleOf(all(new Set([one, map(one, (x) => x + 1)]), { parallel: true }))).toEqual([1, 2]);
    expect(await handleOf(all([], { parallel: true }))).toEqual([]);
  });

  it("of synchronous ones is synchronous, as without", () => {
    const trace: Trace = [];
    const group = ["a", "b"].map((name) =>
      buildMember({ isGate: false, acquire: "ok", release: "ok" }, name, trace),
    );
    expect(use([all(group, { parallel: true })], "return", trace)).toBe("ended");
    expect(trace.slice(-3)).toEqual(["body [a,b]", "-b succeeded", "-a succeeded"]);
  });
});
