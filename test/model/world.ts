import { flattenError } from "../harness/flatten-error.ts";
import { tick } from "../harness/observe-fixture.ts";
import type { Answering, Condition } from "./program.ts";

/** What a program is given for something that it has acquired. */
export interface Handle {
  readonly name: string;
  isOpen: boolean;
}

/** What a constructor makes. */
export interface Made {
  readonly made: string;
}

export type Value = Handle | Made | string | number | false | null | undefined;

/** What is to go wrong: a step fails, or a generator is closed at the yield that this step is. */
export interface Fault {
  readonly step: number;
  readonly is: "failed" | "closed";
}

/** What the consumer of a generator does at a yield. */
export interface Answer {
  readonly kind: Answering;
  /** What is sent or returned, or the message of the error. */
  readonly value: string;
}

/** The world one run of a program sees, and the trace that it leaves there. It knows nothing of scopes. */
export class World {
  /** With the ticks that have passed. */
  readonly trace: string[] = [];
  readonly laters: (() => Value)[] = [];
  /** Acquisitions, logged statements, awaited steps, yields and releases so far. */
  steps = 0;
  /** Those of them that were yields. */
  readonly yields: number[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly fault?: Fault) {}

  note(line: string): void {
    this.trace.push(line);
  }

  /** The trace without the ticks. */
  get events(): readonly string[] {
    return this.trace.filter((line) => line !== tick);
  }

  /** Counts a step. @returns the message of the error it fails with, or `undefined`. */
  step(): string | undefined {
    const { fault } = this;
    return ++this.steps === fault?.step && fault.is === "failed" ? `step ${this.steps}` : undefined;
  }

  /** How often `site` has been reached before. */
  count(site: string): number {
    const count = this.counts.get(site) ?? 0;
    this.counts.set(site, count + 1);
    return count;
  }

  when({ site, answers }: Condition): boolean {
    return answers[this.count(site) % answers.length]!;
  }

  /** What the consumer of the generator `name` does when this has been yielded. */
  answer(name: string, answers: readonly Answering[], yielded: Value): Answer {
    this.note(`${name} yields ${show(yielded)}`);
    const count = this.count(name);
    const value = `${name}.${count}`;
    const failure = this.step();
    this.yields.push(this.steps);
    if (failure !== undefined) return { kind: "throw", value: failure };
    if (this.steps === this.fault?.step) return { kind: "return", value };
    return { kind: answers[count % answers.length]!, value };
  }

  /** The condition of a loop: so often true, then once false. */
  more(site: string, times: number): boolean {
    return this.count(site) % (times + 1) < times;
  }

  /** Ends the run: what the closures that the program has left behind see. */
  end(result: string): void {
    this.note(result);
    for (const later of this.laters) this.note(`later ${show(later())}`);
  }
}

export function show(value: Value): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("made" in value) return value.made;
  return value.isOpen ? value.name : `${value.name} after release`;
}

/** An error as the traces compare it. The platform's own words for its errors are nobody's contract. */
export function showError(error: unknown): string {
  if (error instanceof TypeError || error instanceof ReferenceError) return error.name;
  if (!(error instanceof Error) || error.name !== "SuppressedError") return flattenError(error);
  const { error: later, suppressed: earlier } = error as SuppressedError;
  return combined(showError(later), showError(earlier));
}

export function combined(later: string, earlier: string): string {
  return `Suppressed(${later} <- ${earlier})`;
}
