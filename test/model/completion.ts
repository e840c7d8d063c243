import type { Answer, Value, World } from "./world.ts";

/** How a statement ends; an error is what the trace shows of it. */
export type Completion =
  | { readonly kind: "normal" }
  | Return
  /** `isClosing`: a release has failed while the generator was being closed. */
  | { readonly kind: "throw"; readonly error: string; readonly isClosing?: boolean }
  | { readonly kind: "break" | "continue"; readonly label: string | undefined };

interface Return {
  readonly kind: "return";
  readonly value: Value;
  /** What the promise that an async function returns is rejected with. */
  readonly rejection?: string | undefined;
  /** The consumer of the generator has closed it. */
  readonly isClosing?: true;
}

/** Whether the consumer of the generator has closed it, and nothing in it has called that off. */
export function isClosing(completion: Completion): boolean {
  return "isClosing" in completion && completion.isClosing === true;
}

export const normal: Completion = { kind: "normal" };

/** A part of a run: yields where a generator does, and is told what its consumer does then. */
export type Steps<T> = Generator<Value, T, Answer>;

/** What one run of a program shares. */
export interface Run {
  readonly world: World;
  /** Every name is unique. */
  readonly variables: Map<string, Value>;
  readonly errors: Map<string, string>;
}

/** Ends what is being evaluated by a completion that is not normal. */
export class Abrupt {
  constructor(readonly completion: Completion) {}
}

export function thrown(error: string): Abrupt {
  return new Abrupt({ kind: "throw", error });
}

/** Takes what ends `body` before its end. */
export function* completing(body: Steps<Completion>): Steps<Completion> {
  try {
    return yield* body;
  } catch (abrupt) {
    if (abrupt instanceof Abrupt) return abrupt.completion;
    throw abrupt;
  }
}

/** A step that does no more than to fail, if it is the one that does. */
export function step(world: World): void {
  const failure = world.step();
  if (failure !== undefined) throw thrown(`Error: ${failure}`);
}
