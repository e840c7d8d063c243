import fc from "fast-check";
import type { Call, Held, OpenedScope, Step } from "./tree.ts";

/** Trees of activations, scopes and resources. @param depth of calls and blocks in one another. */
export function arbitraryTree(depth = 4): fc.Arbitrary<readonly Step[]> {
  return fc
    .array(fc.nat(), { minLength: 40, maxLength: 200, size: "max" })
    .map((numbers) => new Builder(numbers).steps(depth));
}

/** Builds a tree of numbers: when these have run out, it is finished. */
class Builder {
  private index = 0;
  private count = 0;

  constructor(private readonly numbers: readonly number[]) {}

  steps(depth: number): Step[] {
    return Array.from({ length: 1 + this.below(4) }, () => this.step(depth));
  }

  private step(depth: number): Step {
    const kind = this.below(depth === 0 ? 7 : 12);
    if (kind < 2) return { do: "sleep", ms: this.time(30) };
    if (kind < 4) return { do: "hold", held: this.held() };
    if (kind < 6) return { do: "scope", scope: this.scope() };
    if (kind === 6)
      return this.below(4) === 0
        ? { do: "throw", name: `thrown ${this.name()}` }
        : { do: "sleep", ms: this.time(30) };
    if (kind === 7) return { do: "block", steps: this.steps(depth - 1) };
    if (kind === 8) return { do: "try", steps: this.steps(depth - 1) };
    const how = (["awaited", "plain", "spawned", "detached", "awaited", "plain"] as Call[])[this.below(6)]!;
    return { do: "call", how, name: this.name(), steps: this.steps(depth - 1) };
  }

  private held(): Held {
    const fails = (["nothing", "nothing", "nothing", "nothing", "acquire", "release"] as const)[
      this.below(6)
    ]!;
    return {
      name: this.name(),
      isAsync: this.below(3) > 0,
      acquire: this.time(20),
      release: this.time(20),
      fails,
    };
  }

  private scope(): OpenedScope {
    const is = (["deadline", "deadline", "signal", "signal", "shield"] as const)[this.below(5)]!;
    const release = this.below(3) === 0 ? this.time(30) : Infinity;
    return { name: this.name(), is, ms: this.time(60), acquire: this.time(30), release };
  }

  private name(): string {
    return `n${++this.count}`;
  }

  /** A time that no other one ends at. */
  private time(most: number): number {
    this.count++;
    return 1 + this.below(most) + ((this.count * 0.618034) % 1);
  }

  private below(limit: number): number {
    const number = this.numbers[this.index++];
    return number === undefined ? 0 : number % limit;
  }
}
