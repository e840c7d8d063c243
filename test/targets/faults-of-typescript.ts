import type { Target } from "./compare-by-hand.ts";

/** The targets that something is lowered for, the lowest first. */
export const loweredTargets = ["ES5", "ES2015", "ES2017", "ES2021"] as const satisfies readonly Target[];
export type LoweredTarget = (typeof loweredTargets)[number];

/** What a fixture does otherwise than its oracle because of TypeScript, for some targets. */
export interface Fault {
  readonly at: readonly LoweredTarget[];
  /** `"ticks"`: it does what the oracle does, but not in the same ticks. */
  readonly what: "all" | "ticks";
  readonly because: string;
}

const reasons = {
  deadZone: "there is no temporal dead zone, and no error of an assignment to a const",
  names: "anonymous classes become functions with names that are made up",
  fieldNames: "a function that a field is assigned is not named by it",
  ownArguments: "`arguments` in an arrow function is that of the function it becomes",
  superProperty:
    "`super.x` that is assigned to, and `super` in object literals and static members, means the prototype's",
  superInFields:
    "`super` in the async arrow function of a field is left in a generator, where it is a syntax error",
  parameters: "closures in parameters' initializers see the variables of the body",
  methodNames: "an `await` in the name of a method is left as it is",
  literals: "an accessor beside a spread becomes a value, or is not enumerable",
  eager: "an array pattern reads the iterator to its end, and the pattern of nothing reads nothing",
  constructors: "methods are functions that can be called by `new`, and `this` has a value before `super()`",
  crash: "the compiler crashes over a class with private names in the condition of a loop",
  generatorTicks: "the helpers for async generators and `for await` take other ticks than engines do",
} as const;

const upTo = (target: LoweredTarget): readonly LoweredTarget[] =>
  loweredTargets.slice(0, loweredTargets.indexOf(target) + 1);

const fault = (target: LoweredTarget, reason: keyof typeof reasons, what: Fault["what"] = "all"): Fault => ({
  at: upTo(target),
  what,
  because: reasons[reason],
});

/** By name. An entry fails the test as soon as TypeScript has mended it. */
export const faults: Readonly<Record<string, Fault>> = {
  "async-closure/parameters-captured.ts": fault("ES5", "parameters"),
  "async-generator/closed-from-within.ts": fault("ES2017", "generatorTicks", "ticks"),
  "async-scope/temporal-dead-zone.ts": fault("ES5", "deadZone"),
  "async-this/class-fields.ts": { ...fault("ES2015", "superInFields"), at: ["ES2015"] },
  "async/await-in-literals.ts": fault("ES2015", "literals"),
  "async/methods.ts": fault("ES5", "methodNames"),
  "constructor/super-takes-raii.ts": fault("ES5", "constructors"),
  "constructor/suppress.ts": fault("ES5", "constructors"),
  "function/class-fields.ts": fault("ES2021", "fieldNames"),
  "function/expression-named-as-a-variable.ts": fault("ES5", "parameters"),
  "parameter/closures-in-initializers.ts": fault("ES5", "parameters"),
  "parameter/initializers-use-everything.ts": fault("ES5", "ownArguments"),
  "position/destructuring-array.ts": fault("ES5", "eager"),
  "position/destructuring-failing.ts": fault("ES5", "eager"),
  "position/literals.ts": fault("ES5", "literals"),
  "this/class-made-many-times.ts": fault("ES2021", "crash"),
  "this/everything-at-once.ts": fault("ES5", "ownArguments"),
  "this/not-constructors.ts": fault("ES5", "constructors"),
  "this/super-of-nested-classes.ts": fault("ES5", "superProperty"),
  "this/super-wrapped-in-parentheses.ts": fault("ES5", "superProperty"),
  "this/super-wrapped.ts": fault("ES5", "superProperty"),
  "ticks/for-await-over-everything.ts": fault("ES2017", "generatorTicks", "ticks"),
  "using/closures-and-hoisting.ts": fault("ES5", "deadZone"),
  "using/heads-dead-zone.ts": fault("ES5", "deadZone"),
  "using/names-of-wrapped-values.ts": fault("ES5", "names"),
  "using/null-and-names.ts": fault("ES5", "names"),
};

/** What is reported for some targets, and is emitted so that it throws: TypeScript leaves nothing else. */
export const reported: Readonly<
  Record<string, { readonly at: readonly LoweredTarget[]; readonly key: string }>
> = {
  "async-position/class-parts.ts": { at: ["ES5"], key: "await-raii-moved" },
};

/** They never end: the loop that TypeScript writes for a `for await` asks an iterator again whose `next` has failed. */
export const endless: Readonly<Record<string, readonly LoweredTarget[]>> = {
  "for-await/iterator-fails.ts": upTo("ES2017"),
};
