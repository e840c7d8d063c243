import { type Call, createLogs, type Held, type Logs, type OpenedScope, type Step } from "./tree.ts";

/*
 * What cancel scopes mean, written once more, in another way: a simulation of time that looks for everything anew after each
 * event. Nothing in it is pushed down or counted.
 */

/** An error, by what it is made of. */
export type Fault =
  | { readonly kind: "plain"; readonly name: string }
  | { readonly kind: "both"; readonly later: Fault; readonly earlier: Fault };

interface Reason {
  readonly fault: Fault;
  readonly at: number;
  readonly acquire: number;
  readonly release: number;
}

/** An open scope, shield or mask. */
interface Frame {
  readonly isCover: boolean;
  reason: Reason | undefined;
  isClosed: boolean;
}

interface Promised {
  outcome: { readonly fault: Fault | undefined } | undefined;
}

interface Activation {
  readonly name: string;
  parent: Activation | undefined;
  /** Around its call, the innermost last. */
  readonly around: readonly Frame[];
  readonly own: Frame[];
  readonly body: Steps;
  readonly promise: Promised;
  wait: (Wait & { isLate: boolean }) | undefined;
  /** What its cancellations were, while it has been cancelled. */
  seen: Set<Fault>;
}

type Wait =
  | { readonly for: Promised; readonly phase: "body" }
  | { readonly for: Promised; readonly phase: "acquire" | "release"; readonly name: string };

type Steps = Generator<Wait, void, Fault | undefined>;
/** Releases; gives what that throws. */
type Release = (exit: string) => Generator<Wait, Fault | undefined, Fault | undefined>;

export function interpret(steps: readonly Step[]): Logs {
  let now = 0;
  const { logs, log } = createLogs(() => now);
  const alive = new Set<Activation>();
  const timers: { at: number; run: () => void }[] = [];
  const after = (ms: number, run: () => void): { at: number; run: () => void } => {
    const timer = { at: now + ms, run };
    if (ms !== Infinity) timers.push(timer);
    return timer;
  };
  /** Frames in force: of these a call is in. */
  let current: Activation | undefined;
  let masks: Frame[] = [];

  /** Those that close a scope. */
  const scopes = new Set<Release>();

  const framesOf = ({ around, own }: Activation): readonly Frame[] => [...around, ...own];

  /** The outermost that is cancelled, up to the first cover. */
  function visible(frames: readonly Frame[]): Reason | undefined {
    let found: Reason | undefined;
    for (const { isCover, isClosed, reason } of [...frames].reverse()) {
      if (!isClosed && reason !== undefined) found = reason;
      if (isCover) break;
    }
    return found;
  }

  const leads = (fault: Fault, to: Fault): boolean => {
    for (let each = fault; ; each = each.earlier) {
      if (each === to) return true;
      if (each.kind === "plain") return false;
    }
  };

  function start(name: string, body: readonly Step[], isDetached = false): Promised {
    const around = isDetached || current === undefined ? [] : [...framesOf(current), ...masks];
    const parent = isDetached ? undefined : current;
    const promise: Promised = { outcome: undefined };
    const activation: Activation = {
      name,
      parent,
      around,
      own: [],
      promise,
      wait: undefined,
      seen: new Set(),
      body: undefined!,
    };
    (activation as { body: unknown }).body = inScope(activation, body);
    alive.add(activation);
    step(activation, undefined);
    return promise;
  }

  function step(activation: Activation, fault: Fault | undefined): void {
    const outer = [current, masks] as const;
    current = activation;
    masks = [];
    activation.wait = undefined;
    note(activation);
    let end: Fault | undefined;
    let result: IteratorResult<Wait> | undefined;
    try {
      result = activation.body.next(fault);
    } catch (thrown) {
      if (thrown instanceof Error) throw thrown;
      end = thrown as Fault;
    }
    [current, masks] = outer;
    if (result !== undefined && result.done !== true) {
      const isLate = visible(framesOf(activation)) !== undefined;
      activation.wait = { ...result.value, isLate };
      return;
    }
    log(activation.name, `ended ${end === undefined ? "well" : show(end)}`);
    alive.delete(activation);
    for (const each of alive) if (each.parent === activation) each.parent = activation.parent;
    activation.promise.outcome = { fault: end };
  }

  function note(activation: Activation): void {
    const reason = visible(framesOf(activation));
    if (reason === undefined) activation.seen.clear();
    else activation.seen.add(reason.fault);
  }

  /** A scope of resources: the function or a block. */
  function* inScope(activation: Activation, steps: readonly Step[]): Steps {
    const held: Release[] = [];
    let fault: Fault | undefined;
    try {
      for (const each of steps) yield* perform(activation, each, held);
    } catch (thrown) {
      if (thrown instanceof Error) throw thrown;
      fault = thrown as Fault;
    }
    for (const release of held.reverse()) {
      note(activation);
      const reason = visible(framesOf(activation));
      const isCancelled =
        fault !== undefined &&
        reason !== undefined &&
        [...activation.seen].some((each) => leads(fault!, each));
      const exit =
        fault === undefined
          ? "succeeded"
          : isCancelled
            ? `cancelled ${show(reason!.fault)}`
            : `failed ${show(fault)}`;
      const thrown = yield* release(exit);
      if (thrown !== undefined)
        fault = fault === undefined ? thrown : { kind: "both", later: thrown, earlier: fault };
      // A cancelled scope was left in another one: from here on that counts.
      const outer = visible(framesOf(activation));
      if (scopes.has(release) && isCancelled && outer !== undefined && activation.seen.has(fault!))
        fault = outer.fault;
    }
    if (fault !== undefined) throw fault;
  }

  function* perform(activation: Activation, each: Step, held: Release[]): Steps {
    const { name } = activation;
    switch (each.do) {
      case "sleep":
        yield* wait({ for: sleep(each.ms), phase: "body" });
        log(name, "slept");
        return;
      case "throw":
        throw { kind: "plain", name: each.name } satisfies Fault;
      case "block":
        yield* inScope(activation, each.steps);
        return;
      case "try":
        try {
          yield* inScope(activation, each.steps);
        } catch (thrown) {
          if (thrown instanceof Error) throw thrown;
          log(name, `caught ${show(thrown as Fault)}`);
        }
        return;
      case "call":
        yield* call(each.how, each.name, each.steps);
        return;
      case "hold": {
        const { held: resource } = each;
        yield* acquire(activation, resource);
        held.push((exit) => release(activation, resource, exit));
        return;
      }
      case "scope": {
        const frame = open(activation, each.scope);
        const release: Release = function* () {
          frame.isClosed = true;
          activation.own.splice(activation.own.indexOf(frame), 1);
          return undefined;
        };
        scopes.add(release);
        held.push(release);
      }
    }
  }

  function* wait(what: Wait): Steps {
    const fault = yield what;
    if (fault !== undefined) throw fault;
  }

  function sleep(ms: number): Promised {
    const promise: Promised = { outcome: undefined };
    after(ms, () => (promise.outcome = { fault: undefined }));
    return promise;
  }

  function* call(how: Call, name: string, steps: readonly Step[]): Steps {
    const promise = start(name, steps, how === "detached");
    if (how === "spawned") return;
    if (how !== "plain") return yield* wait({ for: promise, phase: "body" });
    const through: Promised = { outcome: undefined };
    plain.push({ name, promise, through });
    yield* wait({ for: through, phase: "body" });
  }
  const plain: { name: string; promise: Promised; through: Promised }[] = [];

  function* acquire(activation: Activation, resource: Held): Steps {
    const { name, isAsync, acquire: ms, fails } = resource;
    const reason = visible(framesOf(activation));
    if (reason !== undefined) throw reason.fault;
    const fault: Fault | undefined =
      fails === "acquire" ? { kind: "plain", name: `acquire ${name}` } : undefined;
    if (!isAsync) {
      if (fault !== undefined) throw fault;
      log(activation.name, `+ ${name}`);
      return;
    }
    const promise: Promised & { isAbandoned?: boolean } = { outcome: undefined };
    after(ms, () => {
      if (promise.isAbandoned === true) {
        if (fault === undefined) log(activation.name, `late ${name}`);
      } else promise.outcome = { fault };
    });
    yield* wait({ for: promise, phase: "acquire", name });
    log(activation.name, `+ ${name}`);
  }

  function* release(
    activation: Activation,
    { name, isAsync, release: ms, fails }: Held,
    exit: string,
  ): Generator<Wait, Fault | undefined, Fault | undefined> {
    log(activation.name, `- ${name} ${exit}`);
    const fault: Fault | undefined =
      fails === "release" ? { kind: "plain", name: `release ${name}` } : undefined;
    if (!isAsync) return fault;
    const promise: Promised = { outcome: undefined };
    after(ms, () => (promise.outcome ??= { fault }));
    return yield { for: promise, phase: "release", name };
  }

  function open(activation: Activation, scope: OpenedScope): Frame {
    const { is, ms, acquire: acquireLimit, release: releaseLimit } = scope;
    const frame: Frame = { isCover: is === "shield", reason: undefined, isClosed: false };
    activation.own.push(frame);
    const left = is === "signal" ? Math.max(0, ms - now) : ms;
    const cancel = (): void => {
      if (frame.isClosed) return;
      const fault: Fault = { kind: "plain", name: is === "signal" ? `signal ${ms}` : `timeout ${ms}` };
      frame.reason = { fault, at: now, acquire: acquireLimit, release: releaseLimit };
      for (const each of alive) note(each);
    };
    if (left === 0) cancel();
    else after(left, cancel);
    note(activation);
    return frame;
  }

  start("root", steps);
  for (let turns = 0; turns < 10_000; turns++) {
    if (settle() || interrupt() || abandon()) continue;
    timers.sort((a, b) => a.at - b.at);
    const timer = timers.shift();
    if (timer === undefined) break;
    now = timer.at;
    timer.run();
  }
  return logs;

  /** Goes on with what has settled. */
  function settle(): boolean {
    for (const each of plain) {
      if (each.promise.outcome === undefined) continue;
      plain.splice(plain.indexOf(each), 1);
      log(each.name, "finally");
      each.through.outcome = each.promise.outcome;
      return true;
    }
    for (const activation of alive) {
      const { wait } = activation;
      const outcome = wait?.for.outcome;
      if (wait === undefined || outcome === undefined) continue;
      const isCancelled = visible(framesOf(activation)) !== undefined;
      if (wait.phase === "body" && isCancelled && (wait.isLate || hasToWait(activation))) continue;
      step(activation, outcome.fault);
      return true;
    }
    return false;
  }

  /** Whether a child that is cancelled, too, has not ended. */
  function hasToWait(activation: Activation): boolean {
    return [...alive].some((each) => each.parent === activation && visible(each.around) !== undefined);
  }

  /** Throws what cancels, where no child has to end before. */
  function interrupt(): boolean {
    for (const activation of alive) {
      const { wait } = activation;
      if (wait?.phase !== "body") continue;
      const reason = visible(framesOf(activation));
      if (reason === undefined) continue;
      if (hasToWait(activation)) continue;
      step(activation, wait.for.outcome?.fault ?? reason.fault);
      return true;
    }
    return false;
  }

  /** Gives up what takes too long to be acquired or released; at its time. */
  function abandon(): boolean {
    for (const activation of alive) {
      const { wait } = activation;
      if (wait === undefined || wait.phase === "body") continue;
      const reason = visible(framesOf(activation));
      if (reason === undefined) continue;
      const limit = reason[wait.phase];
      if (reason.at + limit > now) {
        if (!timers.some(({ at }) => at === reason.at + limit)) after(reason.at + limit - now, () => {});
        continue;
      }
      (wait.for as { isAbandoned?: boolean }).isAbandoned = true;
      step(
        activation,
        wait.phase === "acquire" ? reason.fault : { kind: "plain", name: `timeout release ${wait.name}` },
      );
      return true;
    }
    return false;
  }
}

export function show(fault: Fault): string {
  return fault.kind === "plain" ? fault.name : `(${show(fault.later)} after ${show(fault.earlier)})`;
}
