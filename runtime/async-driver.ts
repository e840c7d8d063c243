import { AsyncScope } from "./async-scope.js";
import type { Acquirable } from "./handle.js";
import { takeTaker } from "./scope.js";

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

/** Notes that what is yielded at once is to be awaited: `yield wait(promise)`. Emitted for `await promise`. */
export function wait<T>(value: T): T {
  requested = "await";
  return value;
}

/** Notes that what is yielded at once is to be acquired as `await raii(…)` does. */
export function request<T>(value: T): T {
  requested = "acquire async";
  return value;
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
export function leave(target: Leavable): Leavable {
  requested = "leave";
  return target;
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
  /** What acquires, or is being left. */
  private busy: AsyncScope | Leavable = this.own;
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
    while (this.state !== "ended") {
      try {
        if (this.state === "running" ? this.run() : this.goOn()) return true;
      } catch (error) {
        // The program itself has ended by throwing, or is thrown what its acquisition or its block threw (S2).
        if (this.state === "running") this.end();
        else this.state = "running";
        this.fail(error);
      }
    }
    return false;
  }

  /** @returns what the program returned; `undefined` where a release suppressed (S5). @throws what it failed with. */
  result(): Result | undefined {
    return this.own.exit() ? undefined : this.output;
  }

  /** Steps the program as far as it needs nothing but to acquire. @returns whether there is something to await. */
  private run(): boolean {
    const { program, next, own, value, hasFailed } = this;
    this.value = undefined;
    this.hasFailed = false;
    let step = hasFailed ? program.throw(value) : next.call(program, value);
    for (;;) {
      const request = requested;
      requested = "acquire";
      if (request === "await") {
        this.awaited = step.value;
        return true;
      }
      if (step.done === true) {
        this.output = step.value;
        this.end();
        return false;
      }
      if (request === "leave") {
        this.busy = step.value as unknown as Leavable;
        this.state = "leaving";
        return false;
      }
      const scope = takeTaker(own);
      let handle: unknown;
      try {
        if (request === "acquire") handle = scope.acquire(step.value);
        else {
          if (scope.request(step.value)) {
            this.busy = scope;
            this.state = "acquiring";
            return this.awaits(scope);
          }
          handle = scope.handle;
        }
      } catch (error) {
        step = program.throw(error); // S2: at the raii call
        continue;
      }
      step = next.call(program, handle);
    }
  }

  /** Goes on with an acquisition, or with what is being left. @returns whether there is something to await. */
  private goOn(): boolean {
    const { busy, value, hasFailed } = this;
    if (this.state === "acquiring") {
      const scope = busy as AsyncScope;
      if (!hasFailed) {
        if (scope.receive(value)) return this.awaits(scope);
        this.value = scope.handle;
      }
      this.state = "running";
      return false;
    }
    this.value = undefined;
    this.hasFailed = false;
    if (hasFailed) busy.fail(value);
    else if (this.state === "leaving") (busy as Leavable).settle?.(value);
    if (busy.unwind()) return this.awaits(busy);
    if (this.state === "ending") this.state = "ended";
    else {
      this.value = busy.exit();
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
    this.busy = this.own;
  }
}
