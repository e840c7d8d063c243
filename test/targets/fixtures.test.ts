import { describe, expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { execFixtures, optionsIn, oracleOf, readFixture } from "../harness/exec-fixtures.ts";
import { observeFixture, tick } from "../harness/observe-fixture.ts";
import { sample } from "../harness/sample.ts";
import { targets } from "./compare-by-hand.ts";
import { endless, type Fault, faults, loweredTargets, reported } from "./faults-of-typescript.ts";

/**
 * TypeScript lowers what we emit. Each fixture does for each target what its oracle does for that target or, where
 * TypeScript changes only the oracle, what that does for ES2022.
 */

describe.each(loweredTargets)("fixtures/exec, for %s", (target) => {
  const { compiler, options } = targets[target];
  const turn = loweredTargets.indexOf(target);

  it.each(sample(execFixtures, 6 * loweredTargets.length, turn))("%s", async (path) => {
    const source = readFixture(path);
    const compilerOptions = { ...options, ...optionsIn(source), sourceMap: false };
    const runOracle = async (more: object): Promise<readonly string[]> => {
      const oracle = { fileName: path, transform: false };
      return observed(() => compile(oracleOf(path), { ...oracle, ...more }).code, path);
    };
    const asWritten = await runOracle({ compilerOptions: optionsIn(source) });
    const isEndless = endless[path]?.includes(target) ?? false;
    const expected = isEndless ? asWritten : await runOracle({ compiler, compilerOptions });
    const fault: Fault | undefined = faults[path]?.at.includes(target) ? faults[path] : undefined;
    // Inline, the loop is TypeScript's; and for ES5 all is lowered inline.
    const ended = target === "ES5" ? [] : (["program"] as const);
    for (const lowering of isEndless ? ended : lowerings) {
      let keys: string[] = [];
      const log = await observed(() => {
        const compiled = compile(source, { compiler, fileName: path, lowering, compilerOptions });
        keys = compiled.diagnostics.map(({ messageText }) => String(messageText));
        return compiled.code;
      }, path);
      const said = reported[path];
      if (said?.at.includes(target)) {
        expect(keys.join()).toContain(`${said.key}: `);
        continue;
      }
      expect(keys).toEqual([]);
      if (fault?.what === "all") {
        expect(log, "this is no fault any more").not.toEqual(asWritten);
        continue;
      }
      const form = fault?.what === "ticks" ? withoutTicks : (lines: readonly string[]) => lines;
      const isWritten = JSON.stringify(form(log)) === JSON.stringify(form(asWritten));
      if (!isWritten) expect(form(log), lowering).toEqual(form(expected));
    }
  });
});

it("lists faults of fixtures that there are", () => {
  const listed = [...Object.keys(faults), ...Object.keys(reported), ...Object.keys(endless)];
  expect(listed.filter((path) => !execFixtures.includes(path))).toEqual([]);
});

async function observed(emit: () => string, path: string): Promise<readonly string[]> {
  try {
    return await observeFixture(emit(), path);
  } catch (error) {
    return [`it does not run: ${String(error).split("\n")[0]}`];
  }
}

function withoutTicks(log: readonly string[]): readonly string[] {
  return log.filter((line) => line !== tick);
}
