import { cancelOn } from "../../runtime/cancel/cancel-on.ts";
import { deadline } from "../../runtime/cancel/deadline.ts";
import { detached } from "../../runtime/cancel/detached.ts";
import { shield } from "../../runtime/cancel/shield.ts";
import { MaskedScope } from "../../runtime/core/masked-scope.ts";
import {
  acquire,
  acquireAsync,
  type AsyncProgram,
  awaited,
  type Exit,
  leave,
  request,
  resource,
  runAsync,
  TimeoutError,
} from "../../runtime/index.ts";
import { createLogs, type Held, type Logs, type OpenedScope, type Step } from "./tree.ts";
import { inVirtualTime } from "./virtual-time.ts";

type Body = Generator<any, void, any>;

/** Runs a tree with the runtime, by programs written by hand. */
export async function perform(steps: readonly Step[]): Promise<Logs> {
  return await withLogs((performer) => performer.activation("root", steps));
}

async function withLogs(run: (performer: Performer) => Promise<void>): Promise<Logs> {
  let logs: Logs = {};
  await inVirtualTime((now) => {
    const created = createLogs(now);
    ({ logs } = created);
    run(new Performer(created.log, now)).catch(() => {});
  });
  return logs;
}

class Performer {
  constructor(
    private readonly log: (who: string, event: string) => void,
    private readonly now: () => number,
  ) {}

  async activation(name: string, steps: readonly Step[]): Promise<void> {
    const run = (): Body => this.steps(name, steps, undefined);
    return await this.observed(runAsync(run as () => AsyncProgram<void>), name);
  }

  /** Notes when it ends, at once. */
  private observed(promise: Promise<void>, name: string): Promise<void> {
    return promise.then(
      () => this.log(name, "ended well"),
      (error: unknown) => {
        this.log(name, `ended ${show(error)}`);
        throw error;
      },
    );
  }

  private *steps(name: string, steps: readonly Step[], scope: MaskedScope | undefined): Body {
    for (const step of steps) yield* this.step(name, step, scope);
  }

  private *block(name: string, steps: readonly Step[]): Body {
    const scope = new MaskedScope();
    try {
      yield* this.steps(name, steps, scope);
    } catch (error) {
      scope.fail(error);
    } finally {
      yield leave(scope);
    }
  }

  private *step(name: string, step: Step, scope: MaskedScope | undefined): Body {
    switch (step.do) {
      case "sleep":
        yield* awaited(sleep(step.ms));
        this.log(name, "slept");
        return;
      case "throw":
        throw new Error(step.name);
      case "block":
        return yield* this.block(name, step.steps);
      case "try":
        try {
          yield* this.block(name, step.steps);
        } catch (error) {
          this.log(name, `caught ${show(error)}`);
        }
        return;
      case "hold": {
        const { held } = step;
        const value = this.resourceOf(name, held) as never;
        if (scope === undefined) yield* held.isAsync ? acquireAsync(value) : acquire(value);
        else yield scope.take(held.isAsync ? request(value) : value);
        return;
      }
      case "scope": {
        const value = this.scopeOf(step.scope);
        if (scope === undefined) yield* acquire(value);
        else yield scope.take(value);
        return;
      }
      case "call": {
        const call = (): Promise<void> => this.activation(step.name, step.steps);
        if (step.how === "spawned") call().catch(() => {});
        else if (step.how === "plain") yield* awaited(this.plain(step.name, call));
        else yield* awaited(step.how === "detached" ? detached(call) : call());
      }
    }
  }

  private async plain(name: string, call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } finally {
      this.log(name, "finally");
    }
  }

  private resourceOf(
    who: string,
    { name, isAsync, acquire: acquireMs, release: releaseMs, fails }: Held,
  ): unknown {
    const { log } = this;
    const acquired = (): string => {
      if (fails === "acquire") throw new Error(`acquire ${name}`);
      return name;
    };
    const released = (): void => {
      if (fails === "release") throw new Error(`release ${name}`);
    };
    const told = ({ kind, ...rest }: Exit): string => {
      const { error, reason } = rest as { error?: unknown; reason?: unknown };
      return kind === "succeeded" ? kind : `${kind} ${show(kind === "failed" ? error : reason)}`;
    };
    let wasAbandoned = true;
    const made = isAsync
      ? resource(
          async () => {
            await sleep(acquireMs);
            return acquired();
          },
          async (_, exit) => {
            if (wasAbandoned) return log(who, `late ${name}`);
            log(who, `- ${name} ${told(exit)}`);
            await sleep(releaseMs);
            released();
          },
          name,
        )
      : resource(
          acquired,
          (_, exit) => {
            log(who, `- ${name} ${told(exit)}`);
            released();
          },
          name,
        );
    // The function that acquires it says so.
    return new Proxy(made as object, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function" || typeof key !== "symbol") return value;
        return () => {
          const taken: any = value.call(target);
          const note = (acquisition: any): any => ({
            get handle() {
              wasAbandoned = false;
              log(who, `+ ${name}`);
              return acquisition.handle;
            },
            release: (exit: Exit) => acquisition.release(exit),
          });
          return typeof taken.then === "function" ? taken.then(note) : note(taken);
        };
      },
    });
  }

  private scopeOf({ is, ms, acquire: acquireMs, release }: OpenedScope): any {
    const limits = { acquire: acquireMs, release };
    if (is === "shield") return shield({ ...limits, timeout: ms });
    if (is === "deadline") return deadline(ms, limits);
    const controller = new AbortController();
    const left = Math.max(0, ms - this.now());
    const abort = (): void => controller.abort(new Error(`signal ${ms}`));
    if (left === 0) abort();
    else setTimeout(abort, left);
    return cancelOn(controller.signal, limits);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function show(error: unknown): string {
  if (error instanceof TimeoutError)
    return (error.phase as string) === "scope"
      ? `timeout ${error.milliseconds}`
      : `timeout release ${error.resource}`;
  const {
    name,
    error: later,
    suppressed,
    message,
  } = error as Error & { error?: unknown; suppressed?: unknown };
  return name === "SuppressedError" ? `(${show(later)} after ${show(suppressed)})` : message;
}
