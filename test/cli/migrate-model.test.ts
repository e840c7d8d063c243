import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilers, lowerings } from "../harness/compile.ts";
import { migrateText } from "../harness/migrate-text.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { programs } from "../model/arbitrary-program.ts";
import { expectSame } from "../model/expect-same.ts";
import { runnerOf, saidWithUsing } from "../model/observe.ts";
import { print } from "../model/print.ts";

const compiler = compilers["TypeScript 6"];

/** A body of a loop without braces, which gets some. */
const isUnbraced = (text: string): boolean =>
  /for (?:await )?\((?:await )?using \w+ of .*\)(?! \{)/.test(text);
/** An annotation of `using` alone goes with the last raii() of its function. */
const withoutDirectives = (text: string): string => text.replaceAll(/ *"use raii";\n?/g, "");

describe("random programs that are said with `using`, rewritten by ts-raii migrate using", () => {
  it("mean the same with raii, tick by tick, and come back as the same text", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(programs({ sayable: true }), async (program) => {
        const source = print(program, "using");
        const { text, left } = migrateText(source, "forward");
        expect(left).toEqual([]);
        for (const lowering of lowerings)
          await expectSame(runnerOf(text, lowering, compiler), saidWithUsing(program, compiler), "ticks");
        const again = migrateText(text, "back");
        expect(again.left).toEqual([]);
        if (!isUnbraced(source)) expect(withoutDirectives(again.text)).toBe(withoutDirectives(source));
      }),
      parameters(0.08),
    );
  });
});
