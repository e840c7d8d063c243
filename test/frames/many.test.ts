import { TraceMap } from "@jridgewell/trace-mapping";
import { expect, it } from "vitest";
import { compile, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { mapFrames, parseStack, show } from "./frames.ts";

it.each(lowerings)(
  "a function has any number of places where it waits (S9), %s lowering",
  async (lowering) => {
    const count = 5000;
    const lines = Array.from({ length: count }, (_, i) => `  await step(${i});`);
    const source = `import { raii } from "ts-raii";
export async function run(step) {
  "use raii";
  raii(null);
${lines.join("\n")}
}`;
    const { code, map } = compile(source, { lowering });
    const { run } = evaluate(code, "many.js");
    for (const fails of [0, 1, 2500, count - 1]) {
      const step = async (i: number): Promise<void> => {
        await undefined;
        if (i === fails) throw new Error("step");
      };
      const error: Error = await run(step).catch((thrown: unknown) => thrown);
      const frames = mapFrames(parseStack(error.stack!), (file) =>
        file === "many.js" ? new TraceMap(map!) : undefined,
      );
      expect(show(frames)).toEqual([`run ${fails + 5}:3`]);
    }
  },
);
