import type { Lowering } from "../harness/compile.ts";
import type { StepKind } from "./debugger.ts";
import type { Variant } from "./shapes.ts";

interface Deviation {
  readonly lowerings: readonly Lowering[];
  readonly kinds: readonly StepKind[];
  /** In what the stops differ, as `differences` says it. */
  readonly difference: RegExp;
  readonly reason: string;
}

const both = ["program", "inline"] as const;
const steps = ["over", "into"] as const;

/** Where stepping differs from that of the function by hand. `docs/debugging.md` says the same to users. */
export const deviations: readonly Deviation[] = [
  {
    lowerings: both,
    kinds: ["into", "out"],
    difference: /^(more|again): raii$|by hand, raii$/,
    reason:
      "open() stands in a call of the runtime, or in a yield: V8 stops on the line again when open() has returned",
  },
  {
    lowerings: both,
    kinds: ["over"],
    difference: /^again: raii$/,
    reason:
      "Inline, the handle is noted beside the resource: V8 stops there, too, and a step out of what opens the resource ends there",
  },
  {
    lowerings: both,
    kinds: ["out"],
    difference: /^out: brace by hand, (caller|nothing)$/,
    reason:
      "Inline, what comes after a release has no place in the source, and the step goes on out of the function",
  },
  {
    lowerings: ["program"],
    kinds: ["out"],
    difference: /^out: caller by hand, await$/,
    reason: "An async function goes on at its own await when the program has gone on",
  },
  {
    lowerings: ["program"],
    kinds: ["into"],
    difference: /^(more|again): head$/,
    reason: "A function runs its program from its first line",
  },
  {
    lowerings: ["program"],
    kinds: steps,
    difference: /^(more|again): (head|release)$|^less: (brace|release)$/,
    reason: "The releases of an async program are called from the first line of its function",
  },
  {
    lowerings: ["program"],
    kinds: ["out"],
    difference: /by hand, (head|release)$/,
    reason:
      "What is called by a driver that the debugger ignores returns to the function, or to what the driver calls next",
  },
  {
    lowerings: ["program"],
    kinds: ["out"],
    difference: /^out: (caller|nothing) by hand, brace$/,
    reason: "A function goes on at its closing brace when its program has ended",
  },
  {
    lowerings: both,
    kinds: steps,
    difference: /^(more|again): brace$/,
    reason:
      "V8 stops where a function returns, but by hand loses the step behind a `return` in a `try`; an async scope has a loop",
  },
  {
    lowerings: ["inline"],
    kinds: steps,
    difference: /^less: brace$/,
    reason: "The resources of an asynchronous scope are released by one call, whatever their number",
  },
  {
    lowerings: both,
    kinds: ["out"],
    difference: /^out: brace by hand, release$/,
    reason: "A release that returns to the runtime is followed by the next one",
  },
  {
    lowerings: ["program"],
    kinds: steps,
    difference: /^(more|again): (return|await|for await)$/,
    reason: "What a program yields and returns is a place of its own for V8, after the calls on its line",
  },
  {
    lowerings: both,
    kinds: steps,
    difference: /^(more|again): yield$/,
    reason: "A generator notes that it is suspended, and V8 stops at each part of that",
  },
  {
    lowerings: both,
    kinds: ["out"],
    difference: /^out: (nothing|return|line) by hand, (caller|brace|line)$/,
    reason: "By hand V8 loses a step out of what is called in a `finally`",
  },
];

interface BraceDeviation {
  readonly variants: readonly Variant[];
  /** By their names. */
  readonly shapes: RegExp;
  /** What a breakpoint on the closing brace does instead. */
  readonly stops: "emitted code" | "no stop";
  readonly reason: string;
}

/** Where a breakpoint on a closing brace that releases differs. V8 has one place for a breakpoint. */
export const braceDeviations: readonly BraceDeviation[] = [
  {
    variants: ["program"],
    shapes:
      /^(async (function(, promise of a resource)?|method|arrow function|loop|throw)|nested block of an async function)$/,
    stops: "emitted code",
    reason: "The function awaits the release at the brace. V8 cannot stop at an `await`, and stops behind it",
  },
  {
    variants: both,
    shapes: /generator/,
    stops: "emitted code",
    reason: "At the end of a generator we ask first whether it was closed, and release in two places",
  },
  {
    variants: ["inline"],
    shapes: /^async (function, promise of a resource|throw)$/,
    stops: "no stop",
    reason: "What fails, or is not simply an AsyncDisposable, is released in another place than all else",
  },
  {
    variants: ["inline"],
    shapes: /^(nested block|loop)$/,
    stops: "no stop",
    reason:
      "Coverage by Node needs the place of the brace in front of the `catch`, and there the breakpoint is put",
  },
];
