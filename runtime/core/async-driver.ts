import type { AsyncScope } from "./async-scope.js";
import type { Acquirable } from "./handle.js";
import {
  asyncOnlyGuard,
  consumeInstruction,
  instructedPlace,
  type Leavable,
  type Waiting,
} from "./instructions.js";
import { MaskedScope } from "./masked-scope.js";
import { consumePendingScope, type Scope } from "./scope.js";
import type { Activation } from "./step.js";
import { stepping } from "./step.js";

/** A program that may wait: the driver's requests go out by its yields, and their answers come in. */
export type AsyncProgram<Result> = Generator<Acquirable | Waiting, Result, any>;

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
  /**
   * Where the program waits for it: the number it gave with what it yielded, 0 if it gave none, and 0 at its end. Emitted
   * functions have an `await` for each number, so that their frames stand where the source waits.
   */
  place = 0;
  /** What that has given. */
  value: unknown = undefined;

  private hasFailed = false;
  private readonly own: AsyncScope = new MaskedScope(true);
  /** The scope that acquires. */
  private acquiring: AsyncScope = this.own;
  /** What is being left. */
  private left: Leavable = this.own;
  private state: "running" | "acquiring" | "leaving" | "ending" | "ended" = "running";
  private output: Result | undefined = undefined;
  /** Where it was called under a cancel scope. */
  private readonly activation: Activation | undefined = stepping.context?.begin();
  /** What waits for what the program awaits, where it meets a cancel scope. */
  private waiting: Activation | undefined = undefined;
  private readonly next: AsyncProgram<Result>["next"];

  constructor(private readonly program: AsyncProgram<Result>) {
    this.next = program.next; // read once: each program has a prototype of its own, so that every read is a search
  }

  /** Notes that what was awaited was rejected. */
  fail(error: unknown): void {
    this.hasFailed = true;
    this.value = error;
  }

  /**
   * Goes on. It steps the program in its own loop: a method for that would be one more frame in each stack trace.
   * @returns whether there is something to await; else it has ended, and `result` is there.
   */
  waits(): boolean {
    const { program, own } = this;
    if (this.waiting !== undefined) this.resume(this.waiting);
    for (;;) {
      try {
        if (this.state !== "running") {
          if (this.goOn()) return true;
          if (this.state === "ended") return false;
        }
        const { value, hasFailed } = this;
        this.value = this.awaited = undefined;
        this.hasFailed = false;
        const step = hasFailed ? program.throw(value) : this.next.call(program, value);
        if (step.done === true) {
          this.output = step.value;
          this.end();
          continue;
        }
        const pending = consumePendingScope<Scope>(own);
        const instruction = consumeInstruction();
        if (instruction === "await") {
          this.place = instructedPlace();
          return this.awaits({ awaited: step.value });
        }
        if (instruction === "leave") {
          this.place = instructedPlace();
          this.left = step.value as unknown as Leavable;
          this.state = "leaving";
          continue;
        }
        const scope = (this.acquiring = pending === asyncOnlyGuard ? own : (pending as AsyncScope));
        this.state = "acquiring";
        if (instruction === "acquire") this.value = scope.acquire(step.value);
        else {
          this.place = instructedPlace();
          if (scope.request(step.value)) return this.awaits(scope);
          this.value = scope.handle;
        }
        this.state = "running";
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
    this.activation?.end();
    return this.own.exit() ? undefined : this.output;
  }

  private suspend(activation: Activation): void {
    this.awaited = activation.suspend(this.awaited);
    this.waiting = activation;
  }

  private resume(activation: Activation): void {
    this.waiting = undefined;
    try {
      this.value = activation.resume();
    } catch (error) {
      this.fail(error);
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

  private awaits({ awaited, isMasked }: Pick<Leavable, "awaited" | "isMasked">): true {
    this.awaited = awaited;
    if (isMasked !== true && stepping.context !== undefined) this.suspend(stepping.context.activation);
    return true;
  }

  private end(): void {
    this.state = "ending";
    this.place = 0;
    this.left = this.own;
  }
}
