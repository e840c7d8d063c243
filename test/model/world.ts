import { flattenError } from "../harness/flatten-error.ts";
import type { Condition } from "./program.ts";

/** What a program is given for something that it has acquired. */
export interface Handle {
  readonly name: string;
  isOpen: boolean;
}

export type Value = Handle | string | number | false | null | undefined;

/** The world one run of a program sees, and the trace that it leaves there. It knows nothing of scopes. */
export class World {
  readonly trace: string[] = [];
  readonly laters: (() => Value)[] = [];
  /** Acquisitions, logged statements and releases so far. */
  steps = 0;
  private readonly counts = new Map<string, number>();

  /** @param failAt the step that fails; 0: none. */
  constructor(private readonly failAt = 0) {}

  note(line: string): void {
    this.trace.push(line);
  }

  /** Counts a step. @returns the message of the error it fails with, or `undefined`. */
  step(): string | undefined {
    return ++this.steps === this.failAt ? `step ${this.steps}` : undefined;
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
  return value.isOpen ? value.name : `${value.name} after release`;
}

/** An error as the traces compare it. The platform's own words for a TypeError are nobody's contract. */
export function showError(error: unknown): string {
  if (error instanceof TypeError) return "TypeError";
  if (!(error instanceof Error) || error.name !== "SuppressedError") return flattenError(error);
  const { error: later, suppressed: earlier } = error as SuppressedError;
  return combined(showError(later), showError(earlier));
}

export function combined(later: string, earlier: string): string {
  return `Suppressed(${later} <- ${earlier})`;
}
