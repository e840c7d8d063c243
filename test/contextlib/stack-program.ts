import fc from "fast-check";

/** What a release does about the exit it is told. */
export type Behaviour = "passes" | "suppresses" | "throws" | "rethrows" | "throws with the cause";

/** One thing that is entered in a stack, by whichever method. */
export interface Step {
  readonly as: "resource" | "disposable" | "push" | "callback" | "stack of its own";
  readonly behaviour: Behaviour;
  /** Whether it is acquired, and released, in some ticks; of a synchronous program nothing is. */
  readonly takesTime: boolean;
  /** Whether its acquisition fails, which the program catches. */
  readonly fails: boolean;
  /** What its release enters in the stack that is releasing it. */
  readonly enters: Behaviour | undefined;
  /** Whether all that is held then is popped, and entered as one. */
  readonly regroups: boolean;
}

/** What is entered, one after the other, and how the body ends. */
export interface StackProgram {
  readonly steps: readonly Step[];
  readonly ends: "returns" | "throws" | "throws undefined";
}

const behaviour = fc.constantFrom<Behaviour>(
  "passes",
  "suppresses",
  "throws",
  "rethrows",
  "throws with the cause",
);

export const arbitraryStackProgram = (takesTime: fc.Arbitrary<boolean>): fc.Arbitrary<StackProgram> =>
  fc.record({
    steps: fc.array(
      fc.record({
        as: fc.constantFrom("resource", "disposable", "push", "callback", "stack of its own"),
        behaviour,
        takesTime,
        fails: fc.boolean(),
        enters: fc.option(behaviour, { nil: undefined, freq: 2 }),
        regroups: fc.boolean(),
      }),
      { maxLength: 8 },
    ),
    ends: fc.constantFrom("returns", "throws", "throws undefined"),
  });
