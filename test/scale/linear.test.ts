import { describe, expect, it } from "vitest";
import { deep, wide } from "../../bench/large-files.mjs";
import { lowerings } from "../harness/compile.ts";
import { sample } from "../harness/sample.ts";
import { countRules, countWork, type Work } from "./count-work.ts";

/*
 * What the transform takes grows as the file does. Counted, not timed: if twice the scopes take twice the steps, then each
 * further scope takes as many as the one before it.
 */

/** How much more the second doubling of a source takes than the first: 2 where the work is linear, 4 where it is quadratic. */
function growth(make: (count: number) => string, count: number, lowering: (typeof lowerings)[number]) {
  const [one, two, four] = [1, 2, 4].map((times) => countWork(make(count * times), lowering));
  const of = (key: keyof Work): number => (four![key] - two![key]) / Math.max(1, two![key] - one![key]);
  return { transform: of("transform"), names: of("names"), last: four! };
}

/** Large enough are these with one scope each; a hundred in each is for the benchmark. */
const { "functions of a hundred scopes": _, ...kinds } = wide;

describe.each(lowerings)("the transform takes linear time, %s lowering", (lowering) => {
  it.each(sample(Object.entries(kinds), 3))("%s", (_, make) => {
    const { transform, names, last } = growth(make, 25, lowering);
    expect(last.transform).toBeGreaterThan(1000);
    expect(transform).toBeLessThan(2.01);
    expect(names).toBeLessThan(2.01);
  });

  it.each(sample(Object.entries(deep), 3))("%s", (kind, make) => {
    const { transform, names } = growth(make, 20, lowering);
    // A program is placed by what its function mentions, and that is what the functions in it mention, too: what they
    // take is the size of the file times the depth of the functions.
    const isSurveyedAgain = lowering === "program" && / in (arrow )?(functions|classes)$/.test(kind);
    expect(transform).toBeLessThan(isSurveyedAgain ? 4.5 : 2.01);
    expect(names).toBeLessThan(2.01);
  });
});

/** One function in which handles, and the names and containers for them, lead to each other. */
const chains: Record<string, (count: number) => string> = {
  "objects that hold the one before": (index) =>
    `const x${index} = raii(h()); const y${index} = { v: x${index}, p: ${index === 0 ? "null" : `y${index - 1}`} }; all.push(y${index});`,
  "a variable that holds the object before": (index) =>
    `const x${index} = raii(h()); const y${index} = { v: x${index}, p: last }; all.push(y${index}); last = y${index};`,
  "names for a name": (index) => `const a${index} = ${index === 0 ? "raii(h())" : `a${index - 1}`};`,
  "functions that call the one before": (index) =>
    index === 0
      ? "const a = raii(h()); const f0 = () => a.use();"
      : `const f${index} = () => f${index - 1}();`,
  "a variable written in branches": (index) =>
    `const x${index} = raii(h()); if (c) last = x${index}; last.use();`,
  "pushes and reads": (index) => `const x${index} = raii(h()); all.push(x${index}); all[${index}].use();`,
  "a loop whose variable goes around": (index) =>
    `const x${index} = raii(h()); last = { v: x${index}, p: last }; all.push(last);`,
};
const chainOf =
  (line: (index: number) => string) =>
  (count: number): string => `import { raii } from "ts-raii";
declare function h(): Disposable & { use(): void };
export function f(c: boolean): unknown {
  "use raii";
  const all: any[] = [];
  let last: any;
  for (const _ of [1, 2]) {
    ${Array.from({ length: count }, (_, index) => line(index)).join("\n    ")}
  }
  return all;
}
`;

describe("the rules take linear time", () => {
  const growthOf = (make: (count: number) => string, count: number): number => {
    const [one, two, four] = [1, 2, 4].map((times) => countRules(make(count * times)));
    expect(one).toBeGreaterThan(1000);
    return (four! - two!) / (two! - one!);
  };
  // They climb from a place to its function: the size of the file times the depth of what nests in it.
  const { "else if": elseIf, ...flat } = kinds;

  it.each(sample(Object.entries(flat), 3, 1))("%s", (_, make) => {
    expect(growthOf(make, 50)).toBeLessThan(2.05);
  });

  it.each(sample(Object.entries({ ...deep, "else if": elseIf! }), 3, 1))("%s", (_, make) => {
    expect(growthOf(make, 20)).toBeLessThan(4.1);
  });

  // Of a value through which more than 64 handles are reached no more are followed: so many are in the smallest already.
  it.each(
    sample(
      Object.entries(chains).map(([kind, line]) => [kind, chainOf(line)] as const),
      2,
    ),
  )("%s", (_, make) => {
    expect(growthOf(make, 70)).toBeLessThan(2.3);
  });

  it("functions that return calls of each other", () => {
    const repeat = (count: number, line: (index: number) => string): string =>
      Array.from({ length: count }, (_, index) => line(index)).join("\n");
    const make = (count: number): string => `import { raii } from "ts-raii";
declare function open(): Disposable & { use(): void };
type Handle = ReturnType<typeof open>;
function evaluate(n: number, handle: Handle): unknown {
${repeat(count, (index) => `if (n === ${index}) return rule${index}(n, handle);`)}
return handle;
}
${repeat(count, (index) => `function rule${index}(n: number, handle: Handle): unknown {\nif (n > 2) return evaluate(n - 1, handle);\nif (n > 1) return evaluate(n - 2, handle);\nreturn evaluate(n - 3, handle);\n}`)}
export function main(): unknown {
"use raii";
const handle = raii(open());
return evaluate(1, handle);
}`;
    expect(growthOf(make, 20)).toBeLessThan(2.3);
  });
});
