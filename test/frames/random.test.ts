import { TraceMap } from "@jridgewell/trace-mapping";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { bodies, print } from "./arbitrary-body.ts";
import { mapFrames, parseStack, show } from "./frames.ts";

/** Each call of `point` is a place where it can fail. */
const tools = `
let left = Infinity, passed = 0;
exports.failAt = (count) => { left = count; passed = 0; };
exports.passed = () => passed;
const point = () => { passed++; if (--left === 0) throw new Error("point"); };
exports.tick = () => point();
class Connection {
  value = 1;
  async step() { await null; point(); return this; }
  async [Symbol.asyncDispose]() { await null; point(); }
}
exports.step = async () => { await null; point(); return new Connection(); };
exports.connect = async () => { await null; point(); return new Connection(); };
exports.stream = () => {
  let i = 0;
  const next = async () => { await null; point(); return { done: i++ === 2, value: i }; };
  return { [Symbol.asyncIterator]: () => ({ next }) };
};
`;

const imports = `import { raii } from "ts-raii"; import { step, tick, connect, stream } from "tools";`;

/** The points that `run` passes when nothing fails, and the frames of what it throws where one fails. */
async function readFrames(source: string, lowering: Lowering | undefined, fails: number | undefined) {
  const options = lowering === undefined ? { transform: false } : { lowering };
  const { code, map } = compile(imports + source, { ...options, fileName: "random.ts" });
  const trace = new TraceMap(map!);
  const points = evaluate(tools, "tools.js");
  const { run } = evaluate(code, "random.js", () => points);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  points.failAt(fails);
  try {
    await run();
    return { passed: points.passed() as number, frames: [] };
  } catch (error) {
    const frames = parseStack((error as Error).stack!);
    const mapped = mapFrames(frames, (file) =>
      file === "random.js" ? trace : file === "tools.js" ? "as it is" : undefined,
    );
    return { passed: points.passed() as number, frames: show(mapped) };
  } finally {
    Error.stackTraceLimit = limit;
  }
}

describe.each(lowerings)("the frames of random async functions, %s lowering", (lowering) => {
  it("are those of the code by hand, wherever it fails", { timeout }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(bodies, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (body, picks) => {
        const { annotated, byHand } = print(body);
        const { passed } = await readFrames(byHand, undefined, undefined);
        for (const pick of picks) {
          const fails = 1 + (pick % (passed + 1));
          const expected = await readFrames(byHand, undefined, fails);
          expect(await readFrames(annotated, lowering, fails)).toEqual(expected);
          compared += expected.frames.length > 0 ? 1 : 0;
        }
      }),
      parameters(0.3),
    );
    expect(compared).toBeGreaterThan(100); // most of them fail, and their frames have been seen
  });
});
