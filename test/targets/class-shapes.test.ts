import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { parameters, timeout } from "../harness/sample.ts";
import { compareByHand, type Outcome, type Target, targets } from "./compare-by-hand.ts";

/** What stands in a class: something that suspends a program, or an async function. */
const keys = {
  raii: 'raii(open("k")).name',
  "await raii": '(await raii(openAsync("k"))).name',
  await: 'await later("k")',
} as const;

/** Where in the class it stands. */
const places = {
  heritage: "",
  method: "[KEY]() { return 1; }",
  "static method": "static [KEY]() { return 1; }",
  getter: "get [KEY]() { return 1; }",
  setter: "set [KEY](value: unknown) { log(value); }",
  "async method": "async [KEY]() { return 1; }",
  generator: "*[KEY]() { yield 1; }",
  field: '[KEY] = trace("initializer", 1);',
  "field without initializer": "[KEY]: unknown;",
  "static field": 'static [KEY] = trace("static initializer", 1);',
  accessor: "accessor [KEY] = 1;",
  "static accessor": "static accessor [KEY] = 1;",
  decorator: "@(void (KEY), (_: any, context?: any): any => {}) m() {}",
} as const;

/** What stands in the class beside it: each makes TypeScript lower the class in another way. */
const companions = {
  nothing: "",
  "a private field": "#p = 1; readP() { return this.#p; }",
  "a private method": "#pm() { return 1; } callPm() { return this.#pm(); }",
  "a static private field": "static #sp = 1; static readSp() { return this.#sp; }",
  "a static block": 'static { log("block"); }',
  "a static field": "static s = 1;",
  "a computed method": '[trace("after", "after")]() { return 2; }',
  "a computed field": '[trace("after", "after")] = 2;',
  "a decorated member": "@((_: any, context?: any): any => {}) d() {}",
  "a parameter property": "constructor(readonly q = 1) { SUPER }",
  "its own name": "self() { return Self; } static Self = () => Self;",
} as const;

const forms = {
  declaration: (content: string) => `class Self ${content}`,
  expression: (content: string) => `const Self: any = class Self ${content};`,
  anonymous: (content: string) => `const Self: any = class ${content};`,
  decorated: (content: string) => `@((_: any, context?: any): any => {}) class Self ${content}`,
} as const;

const keysOf = <T extends object>(table: T) =>
  fc.constantFrom(...(Object.keys(table) as (keyof T & string)[]));
const shapes = fc.record({
  key: keysOf(keys),
  place: keysOf(places),
  companion: keysOf(companions),
  form: keysOf(forms),
  target: keysOf(targets),
  useDefineForClassFields: fc.boolean(),
  experimentalDecorators: fc.boolean(),
});
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

const show =
  "log(Object.getOwnPropertyNames(Self).sort().join(), Object.getOwnPropertyNames(Self.prototype).sort().join(), Object.keys(new (Self as any)()).join(), NAME);";

function compare(shape: Shape): Promise<Record<(typeof lowerings)[number], Outcome>> {
  const { key, place, companion, form, target, ...options } = shape;
  const isDerived = place === "heritage";
  const members = `${places[place]} ${companions[companion]}`
    .replace("KEY", keys[key])
    .replace("SUPER", isDerived ? "super();" : "");
  const declared = forms[form](`${isDerived ? `extends (${keys[key]}, Object as any)` : ""} { ${members} }`);
  const isAsync = key !== "raii";
  // What an anonymous class is called, TypeScript forgets where it lowers one.
  const named = form === "anonymous" ? "0" : "(Self as any).name";
  const body = `const r = raii(open("r")); log("before"); ${declared} ${show.replace("NAME", named)}`;
  return compareByHand({ body, isAsync, target, options });
}

/** Whether the outcome is one that the documentation promises. */
function isRight({ key, place, companion, form, target }: Shape, outcome: Outcome): boolean {
  const isDecorated = form === "decorated" || companion === "a decorated member" || place === "decorator";
  // For ES5 it is said of every member, and of a field also where a method follows whose name TypeScript puts the field's
  // into: which code is moved depends on all the other members.
  const dependsOnOthers = target === "ES5" || companion === "a computed method";
  switch (outcome.kind) {
    case "the same":
      return true;
    case "different":
      return false;
    case "TypeScript's fault":
      // Of an await that acquires it is said, or it is lowered so that it works.
      return key === "await" || outcome.oursRuns || (key === "raii" && target === "ES5");
    case "reported":
      return outcome.keys.every(
        (said) =>
          (said === "raii-in-decorator" && isDecorated && key !== "await") ||
          (said === "await-raii-moved" && key === "await raii" && (!outcome.byHandRuns || dependsOnOthers)),
      );
  }
}

describe("a class in an annotated function, of any shape and for any target", () => {
  it(
    "is what it is when the function is written by hand",
    async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async (shape) => {
          // The older compiler knows no auto-accessors below ES2015.
          fc.pre(shape.target !== "ES5" || !shape.place.endsWith("accessor"));
          const outcomes = await compare(shape);
          for (const lowering of lowerings)
            expect(isRight(shape, outcomes[lowering]), JSON.stringify([lowering, outcomes[lowering]])).toBe(
              true,
            );
        }),
        parameters(0.1, 1), // of thirty thousand
      );
    },
    timeout,
  );

  const sample: Shape = {
    key: "raii",
    place: "field",
    companion: "nothing",
    form: "declaration",
    target: "ES2022",
    useDefineForClassFields: false,
    experimentalDecorators: false,
  };
  it.each([
    ["acquires synchronously where nothing can suspend", {}, "the same"],
    ["says what cannot be awaited", { key: "await raii" }, "reported"],
    [
      "awaits in the name of a method, where TypeScript forgets to",
      { key: "await raii", place: "method", target: "ES2015" as Target },
      "TypeScript's fault",
    ],
  ] as const)("%s", async (_, change, kind) => {
    const outcomes = await compare({ ...sample, ...change });
    expect(lowerings.map((lowering) => outcomes[lowering].kind)).toEqual([kind, kind]);
  });
});
