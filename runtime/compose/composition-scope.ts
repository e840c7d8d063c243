import { AsyncScope } from "../core/async-scope.js";
import type { Exit } from "../core/exit.js";
import type { Acquisition } from "../core/resource.js";
import { disposeMethod, type Held } from "../core/scope.js";
import { runUnder } from "./abandonment.js";
import { hasAcquire } from "./has-acquire.js";
import type { Steps } from "./maybe-async.js";

/** The scope of a resource that is made of others: as that of every function (S1-S5), and what only these need. */
export class CompositionScope extends AsyncScope {
  /** What was acquired since has failed as a whole: there is no handle, and so nothing that could be suppressed. */
  private hasNoHandle = false;

  /** What was acquired last. */
  get last(): Held | undefined {
    return this.top;
  }

  /**
   * Begins to acquire; `handle` is the handle. What can be disposed of at once is, as by `raii`, so that what is made of
   * such resources is synchronous.
   * @returns whether that takes time: then `arrival` are the steps that it takes.
   */
  begin(resource: unknown): boolean {
    if (hasAcquire(resource)) return this.request(resource);
    const dispose = disposeMethod(Object(resource)) as Held["dispose"];
    if (typeof dispose !== "function") return this.request(resource);
    this.top = { subject: resource as object, dispose, acquisition: undefined, below: this.top };
    this.handle = resource;
    return false;
  }

  /** Goes on with what was begun last. Several may be under way at once: each keeps what it waits for. */
  *arrival(): Steps<void> {
    for (let waits = true; waits;) {
      const { requested, awaited } = this;
      const value: unknown = yield awaited;
      this.requested = requested;
      waits = this.receive(value);
    }
  }

  /** Holds what was acquired by other means. @param subject stands for it in error messages. */
  include(subject: object, acquisition: Acquisition<unknown>): void {
    this.requested = subject;
    this.receive(acquisition);
  }

  /** Puts all that it holds above `below` in this order, as if it had been acquired so. */
  arrange(held: readonly (Held | undefined)[], below: Held | undefined): void {
    this.top = below;
    for (const each of held) {
      if (each === undefined) continue;
      put(each, this.top);
      this.top = each;
    }
  }

  /** @returns a scope that holds from now on what this one holds above `below`, and that can suppress nothing. */
  splitOff(below: Held | undefined): CompositionScope {
    const part = new CompositionScope();
    part.hasNoHandle = true;
    this.handle = this.awaited = this.requested = undefined; // S10
    if (this.top === below) return part;
    let lowest = (part.top = this.top)!;
    while (lowest.below !== below) lowest = lowest.below!;
    put(lowest, undefined);
    this.top = below;
    return part;
  }

  /** Releases everything. @returns whether a failure was suppressed. @throws the error that the scope ends with. */
  *leave(exit: Exit): Steps<boolean> {
    if (exit.kind === "failed") this.fail(exit.error);
    // Whoever is abandoned still releases, with all that the releases acquire.
    while (runUnder(undefined, () => this.unwind(exit.kind === "cancelled" ? exit : false))) {
      try {
        yield this.awaited;
      } catch (error) {
        this.fail(error);
      }
    }
    return this.exit();
  }

  protected override succeedRelease(): void {
    if (this.hasNoHandle && this.failure !== undefined) this.failure.state = "open";
    super.succeedRelease();
  }
}

function put(held: { below: Held | undefined }, below: Held | undefined): void {
  held.below = below;
}
