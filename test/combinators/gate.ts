import fc from "fast-check";
import {
  type Acquisition,
  type AsyncAcquirable,
  type AsyncResource,
  type Exit,
  Resource,
  resource,
} from "../../runtime/index.ts";
import { ticks, type Trace } from "../runtime/traced.ts";
import { exitText } from "./build-part.ts";

/** How an acquisition that was let through ends, and how its release does. */
export interface Ending {
  readonly acquire: "ok" | "fails";
  readonly release: "ok" | "fails" | "suppresses";
}

/** A resource whose acquisition waits until the test lets it through, so that the test says in which order all arrive. */
export class Gate implements AsyncResource<string> {
  /** Lets it arrive, or fail, in this very turn. */
  open!: () => void;

  constructor(
    private readonly trace: Trace,
    readonly name: string,
    private readonly ending: Ending = { acquire: "ok", release: "ok" },
  ) {}

  [Resource.acquire](): Promise<Acquisition<string>> {
    this.trace.push(`begin ${this.name}`);
    return new Promise((resolve, reject) => {
      this.open = () => {
        if (this.ending.acquire === "fails") {
          this.trace.push(`fail ${this.name}`);
          return reject(`acquire ${this.name}`);
        }
        this.trace.push(`+${this.name}`);
        resolve({ handle: this.name, release: (exit) => this.release(exit) });
      };
    });
  }

  private async release(exit: Exit): Promise<void> {
    this.trace.push(`-${this.name} ${exitText(exit)}`);
    await ticks(2);
    this.trace.push(`${this.name} released`);
    if (this.ending.release === "fails") throw `release ${this.name}`;
    if (this.ending.release === "suppresses" && exit.kind === "failed") exit.suppress();
  }
}

/** A part of a group: its acquisition waits at a gate, or it is there, or fails, at once. */
export interface Member extends Ending {
  readonly isGate: boolean;
}

export const arbitraryMember: fc.Arbitrary<Member> = fc.record({
  isGate: fc.constantFrom(true, true, true, false),
  acquire: fc.constantFrom("ok", "ok", "ok", "fails"),
  release: fc.constantFrom("ok", "ok", "fails", "suppresses"),
});

export function buildMember({ isGate, ...ending }: Member, name: string, trace: Trace): AsyncAcquirable {
  if (isGate) return new Gate(trace, name, ending);
  return resource(
    () => {
      trace.push(`begin ${name}`, ending.acquire === "ok" ? `+${name}` : `fail ${name}`);
      if (ending.acquire === "fails") throw `acquire ${name}`;
      return name;
    },
    (_, exit) => {
      trace.push(`-${name} ${exitText(exit)}`);
      if (ending.release === "fails") throw `release ${name}`;
      if (ending.release === "suppresses" && exit.kind === "failed") exit.suppress();
    },
    name,
  );
}

/** Long enough for all that does not wait for a gate. */
export const settled = (): Promise<void> => ticks(50);
