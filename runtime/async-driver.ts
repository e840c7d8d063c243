import { AsyncScope } from "./async-scope.js";
import type { Acquirable } from "./handle.js";
import { Scope, takeTaker } from "./scope.js";

/** Stands for what only the async driver understands; the type of {@link run} refuses a program that yields it. */
export interface Waiting {
  readonly "runs in runAsync() only": never;
}

/** A program that may wait: the driver's requests go out by its yields, and their answers come in. */
export type AsyncProgram<Result> = Generator<Acquirable | Waiting, Result, any>;

/** What a program asks for by its next yield; a plain `yield` asks to acquire synchronously. */
type Request = "acquire" | "acquire async" | "await" | "leave";

/** Noted right before the yield it belongs to, as `Scope.take` is: nothing runs in between. */
let requested: Request = "acquire";

/** Takes what only the async driver understands; the synchronous one, which asks it to acquire that, is told so. */
class Requester extends Scope {
  override acquire(): never {
    requested = "acquire"; // so that the request of a program that cannot have it is not taken for that of another
    throw new TypeError("ts-raii: run() cannot wait: awaited() and acquireAsync() are for runAsync()");
  }
}

const requester = /* @__PURE__ */ new Requester();

/** Notes that what is yielded at once is to be awaited: `yield wait(promise)`. Emitted for `await promise`. */
export function wait<T>(value: T): T {
  requested = "await";
  return requester.take(value);
}

/** Notes that what is yielded at once is to be acquired as `await raii(…)` does. */
export function request<T>(value: T): T {
  requested = "acquire async";
  return requester.take(value);
}

/** The scope of a block with `await raii(…)` in a program. */
export class BlockScope extends AsyncScope {
  /** As {@link take}, for `await raii(…)`: `yield scope.takeAsync(value)`. */
  takeAsync(value: unknown): Waiting {
    requested = "acquire async";
    return this.take(value) as Waiting;
  }

  /** Asks the driver to release what the block holds: `if (yield scope.leave()) break`, where it suppressed (S5). */
  leave(): Waiting {
    requested = "leave";
    return this.take(undefined) as unknown as Waiting;
  }
}

/**
 * The driver of one async program: steps it, holds what it acquires and releases it in reverse. The async function that
 * owns the program does the awaiting, in its own frame: so it is in the stack traces, and each `await` of the program
 * takes the ticks it would take there (S8). A loop and no recursion, as `drive` is (S9).
 *
 * @example
 * const driver = new AsyncDriver(program);
 * while (driver.waits()) {
 *   try { driver.value = await driver.awaited; } catch (error) { driver.fail(error); }
 * }
 * return driver.result();
 */
export class AsyncDriver<Result> {
  /** What is to be awaited. */
  awaited: unknown = undefined;
  /** What that has given. */
  value: unknown = undefined;

  private hasFailed = false;
  private readonly own = new AsyncScope();
  /** The scope that acquires or releases. */
  private busy: AsyncScope = this.own;
  private state: "running" | "acquiring" | "leaving" | "ending" = "running";
  private hasEnded = false;
  private output: Result | undefined = undefined;
  private readonly next: AsyncProgram<Result>["next"];

  constructor(private readonly program: AsyncProgram<Result>) {
    this.next = program.next; // read once: each program has a prototype of its own, so that every read is a search
  }

  /** Notes that what was awaited was rejected. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.value = error;
  }

  /** Goes on. @returns whether there is something to await; else it has ended, and `result` is there. */
  waits(): boolean {
    for (;;) {
      try {
        if (this.state === "running" ? this.run() : this.goOn()) return true;
        if (this.hasEnded) return false;
      } catch (error) {
        // The program itself has ended by throwing, or is thrown what its acquisition or its block threw (S2).
        if (this.state === "running") this.end();
        else this.state = "running";
        this.fail(error);
      }
    }
  }

  /** @returns what the program returned; `undefined` where a release suppressed (S5). @throws what it failed with. */
  result(): Result | undefined {
    return this.own.exit() ? undefined : this.output;
  }

  /** Steps the program. @returns whether there is something to await. */
  private run(): boolean {
    const { program, own } = this;
    for (;;) {
      const { value, hasFailed } = this;
      this.value = this.awaited = undefined;
      this.hasFailed = false;
      const step = hasFailed ? program.throw(value) : this.next.call(program, value);
      if (step.done === true) {
        this.output = step.value;
        this.end();
        return false;
      }
      const taker = takeTaker<Scope>(own);
      const request = requested;
      requested = "acquire";
      if (request === "await") {
        this.awaited = step.value;
        return true;
      }
      const scope = (this.busy = taker === requester ? own : (taker as AsyncScope));
      if (request === "leave") {
        this.state = "leaving";
        return false;
      }
      this.state = "acquiring";
      if (request === "acquire") this.value = scope.acquire(step.value);
      else {
        if (scope.request(step.value)) return this.awaits(scope);
        this.value = scope.handle;
      }
      this.state = "running";
    }
  }

  /** Goes on with what a scope is doing. @returns whether there is something to await. */
  private goOn(): boolean {
    const { busy, value, hasFailed } = this;
    if (this.state === "acquiring") {
      if (!hasFailed) {
        if (busy.receive(value)) return this.awaits(busy);
        this.value = busy.handle;
      }
      this.state = "running";
      return false;
    }
    this.value = undefined;
    this.hasFailed = false;
    if (hasFailed) busy.fail(value);
    if (busy.unwind()) return this.awaits(busy);
    if (this.state === "ending") this.hasEnded = true;
    else {
      this.value = busy.exit();
      this.state = "running";
    }
    return false;
  }

  private awaits({ awaited }: AsyncScope): true {
    this.awaited = awaited;
    return true;
  }

  private end(): void {
    this.state = "ending";
    this.busy = this.own;
  }
}
