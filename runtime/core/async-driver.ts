import { AsyncScope } from "./async-scope.js";
import type { Acquirable } from "./handle.js";
import { onePerProcess } from "./one-per-process.js";
import { consumePendingScope, Scope } from "./scope.js";

/** Stands for what only the async driver understands; the type of {@link run} refuses a program that yields it. */
export interface Waiting {
  readonly "runs in runAsync() only": never;
}

/** A program that may wait: the driver's requests go out by its yields, and their answers come in. */
export type AsyncProgram<Result> = Generator<Acquirable | Waiting, Result, any>;

/** What a program asks for by its next yield; a plain `yield` asks to acquire synchronously. */
type Request = "acquire" | "acquire async" | "await" | "leave";

/** Noted right before the yield it belongs to, as `Scope.take` is: nothing runs in between. */
const next = /* @__PURE__ */ onePerProcess("next", { request: "acquire" as Request });

/** Takes what only the async driver understands; the synchronous one, which asks it to acquire that, is told so. */
class AsyncOnlyGuard extends Scope {
  override acquire(): never {
    next.request = "acquire"; // so that the request of a program that cannot have it is not taken for that of another
    throw new TypeError("ts-raii: run() cannot wait: awaited() and acquireAsync() are for runAsync()");
  }
}

const asyncOnlyGuard = /* @__PURE__ */ onePerProcess("guard", /* @__PURE__ */ new AsyncOnlyGuard());

/** Notes that what is yielded at once is to be awaited: `yield wait(promise)`. Emitted for `await promise`. */
export function wait<T>(value: T): T {
  next.request = "await";
  return asyncOnlyGuard.take(value);
}

/**
 * Notes that what is yielded at once is to be acquired as `await raii(…)` does: `yield request(value)`, and in the scope
 * of a block `yield scope.take(request(value))`.
 */
export function request(value: unknown): Waiting {
  next.request = "acquire async";
  return asyncOnlyGuard.take(value) as Waiting;
}

/** What a program can leave by a yield: it releases or closes, and says what has to be awaited meanwhile. */
export interface Leavable {
  readonly awaited: unknown;
  /** Notes that the body threw, or that what was awaited was rejected. */
  fail(error: unknown): void;
  /** Notes what the awaited gave, where that matters. */
  settle?(value: unknown): void;
  /** @returns whether `awaited` has to be awaited, and `unwind` called again. */
  unwind(): boolean;
  /** The outcome: whether a failure was suppressed. @throws what it ends with. */
  exit(): boolean;
}

/**
 * Notes that what is yielded at once is to be left: the scope of a block or a `for await`. The yield gives whether a
 * failure was suppressed (S5): `if (yield leave(scope)) break`.
 */
export function leave(target: Leavable): Waiting {
  next.request = "leave";
  return asyncOnlyGuard.take(target) as unknown as Waiting;
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
  /** The scope that acquires. */
  private acquiring: AsyncScope = this.own;
  /** What is being left. */
  private left: Leavable = this.own;
  private state: "running" | "acquiring" | "leaving" | "ending" | "ended" = "running";
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
        if (this.state === "ended") return false;
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
      const pending = consumePendingScope<Scope>(own);
      const { request } = next;
      next.request = "acquire";
      if (request === "await") {
        this.awaited = step.value;
        return true;
      }
      if (request === "leave") {
        this.left = step.value as unknown as Leavable;
        this.state = "leaving";
        return false;
      }
      const scope = (this.acquiring = pending === asyncOnlyGuard ? own : (pending as AsyncScope));
      this.state = "acquiring";
      if (request === "acquire") this.value = scope.acquire(step.value);
      else {
        if (scope.request(step.value)) return this.awaits(scope);
        this.value = scope.handle;
      }
      this.state = "running";
    }
  }

  /** Goes on with an acquisition, or with what is being left. @returns whether there is something to await. */
  private goOn(): boolean {
    const { acquiring, left, value, hasFailed } = this;
    if (this.state === "acquiring") {
      if (!hasFailed) {
        if (acquiring.receive(value)) return this.awaits(acquiring);
        this.value = acquiring.handle;
      }
      this.state = "running";
      return false;
    }
    this.value = undefined;
    this.hasFailed = false;
    if (hasFailed) left.fail(value);
    else left.settle?.(value);
    if (left.unwind()) return this.awaits(left);
    if (this.state === "ending") this.state = "ended";
    else {
      this.value = left.exit();
      this.state = "running";
    }
    return false;
  }

  private awaits({ awaited }: Leavable): true {
    this.awaited = awaited;
    return true;
  }

  private end(): void {
    this.state = "ending";
    this.left = this.own;
  }
}
