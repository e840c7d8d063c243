import { expect } from "vitest";
import { tick } from "../harness/observe-fixture.ts";
import { brokenInvariants } from "./invariants.ts";
import type { Runner } from "./observe.ts";
import { print } from "./print.ts";
import type { Program } from "./program.ts";
import type { Fault, World } from "./world.ts";

/** What two ways to run a program leave: equal in what happens, and tick by tick if both of them have ticks. */
export async function expectSame(
  actual: Runner,
  reference: Runner,
  compares: "events" | "ticks",
  fault?: Fault,
): Promise<World> {
  const world = await actual(fault);
  const expected = await reference(fault);
  const at = fault === undefined ? "" : ` when step ${fault.step} is ${fault.is}`;
  expectLines(world.events, expected.events, at);
  if (compares === "ticks") expectLines(world.trace, expected.trace, at);
  return world;
}

function expectLines(actual: readonly string[], expected: readonly string[], at: string): void {
  if (actual.join("\n") === expected.join("\n")) return;
  const first = expected.findIndex((line, index) => line !== actual[index]);
  const shown = (lines: readonly string[]): string =>
    lines
      .map((line, index) => (index === first ? `> ${line}` : `  ${line}`))
      .join("\n")
      .replaceAll(`\n  ${tick}`, ` ${tick}`);
  throw new Error(`expected${at}:\n${shown(expected)}\ngot:\n${shown(actual)}`);
}

/** Properties 2 to 4, and 1 where nothing is a `var`. */
export function expectUnbroken(program: Program, { events }: World): void {
  expect(brokenInvariants(events, !/\bvar /.test(print(program)))).toEqual([]);
}
