import { describe, expect, it } from "vitest";
import { isWhole } from "../harness/sample.ts";
import { perform } from "./perform.ts";
import { interpret } from "./reference.ts";
import type { Held, Step } from "./tree.ts";

/*
 * A program with all kinds of steps, cancelled at each of them, and once more, from a scope around or inside, at each that comes
 * after it.
 */

const hold = (name: string, acquire: number, release: number): Step => ({
  do: "hold",
  held: { name, isAsync: true, acquire, release, fails: "nothing" } satisfies Held,
});

function program(first: number, second: number): readonly Step[] {
  const scope = (name: string, ms: number): Step => ({
    do: "scope",
    scope: { name, is: "signal", ms, acquire: 2.4, release: Infinity },
  });
  return [
    hold("outermost", 1.01, 1.02),
    scope("s1", first),
    hold("a", 3.03, 1.04),
    scope("s2", second),
    {
      do: "try",
      steps: [
        hold("b", 1.05, 3.06),
        { do: "sleep", ms: 1.07 },
        {
          do: "call",
          how: "plain",
          name: "child",
          steps: [hold("c", 1.08, 1.09), { do: "sleep", ms: 1.11 }, hold("d", 3.12, 3.13)],
        },
        { do: "sleep", ms: 1.14 },
      ],
    },
    { do: "sleep", ms: 1.15 },
  ];
}

/** Between any two of its steps. */
const moments = Array.from({ length: 22 }, (_, index) => 0.55 + index);
const pairs = moments.flatMap((first) => moments.map((second) => [first, second + 0.003] as const));
/** All of them, or one of so many. */
const sampled = (one: number): typeof pairs =>
  isWhole ? pairs : pairs.filter((_, index) => index % one === 0);

describe("cancelled at every step, and again at every later one", () => {
  it("acquires, awaits and releases at as many moments as it is cancelled at", async () => {
    const log = (await perform(program(Infinity, Infinity))).root!;
    expect(parseFloat(log.at(-1)!)).toBeGreaterThan(20);
    expect(log.at(-1)).toMatch("ended well");
  });

  it("by hand", async () => {
    for (const [first, second] of sampled(5))
      expect(await perform(program(first, second))).toEqual(interpret(program(first, second)));
  });

  it("releases each that was acquired once, before its function ends", async () => {
    for (const [first, second] of sampled(7))
      for (const log of Object.values(await perform(program(first, second))))
        for (const name of ["outermost", "a", "b", "c", "d"]) {
          const of = (sign: string): number => log.filter((line) => line.includes(` ${sign} ${name}`)).length;
          expect(of("-")).toBe(of("+"));
        }
  });
});
