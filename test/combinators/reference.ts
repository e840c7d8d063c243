import type { Part, Release } from "./part.ts";
import type { Way } from "./use.ts";

/** What is held, and a combination of errors as `[later, earlier]`. */
interface Held {
  readonly id: number;
  readonly name: "-" | "exit";
  readonly release: Release;
  readonly isTold: boolean;
}

interface State {
  failed: boolean;
  error: unknown;
}

/**
 * What the combinators are to do, said without them: one flat list of what is held, to which each part adds. Says what
 * `use` says for what is built of the same parts.
 */
export function reference(outer: Part, part: Part, way: Way): { trace: string[]; completion: string } {
  const trace: string[] = [];
  const held: Held[][] = [];
  const state: State = { failed: false, error: undefined };
  let isCancelled = false;
  try {
    const handles = [outer, part].map((each) => {
      const own: Held[] = [];
      try {
        return acquire(each, own, trace);
      } catch (error) {
        // There is no handle, so nothing can suppress.
        throw releaseAll(own.splice(0), { failed: true, error }, { trace, isFinal: true }).error;
      } finally {
        held.push(own);
      }
    });
    trace.push(`body ${handles.join()}`);
    if (way === "throw") throw "body";
    isCancelled = way === "cancel";
  } catch (error) {
    Object.assign(state, { failed: true, error });
  }
  let isSuppressed = false;
  const bodyFailed = state.failed;
  for (const own of held.reverse()) {
    const before = state.failed;
    releaseAll(own, state, { trace, isFinal: false, isCancelled });
    if (before && !state.failed) isSuppressed = true;
  }
  if (state.failed) return { trace, completion: `failed ${JSON.stringify(state.error)}` };
  return { trace, completion: isSuppressed && (bodyFailed || !isCancelled) ? "suppressed" : "ended" };
}

/** Acquires into the list. @returns the handle as a text. @throws what the acquisition throws. */
function acquire(part: Part, held: Held[], trace: string[]): string {
  switch (part.kind) {
    case "leaf": {
      const { how, id, release } = part as Required<typeof part>;
      if (how === "nothing") return "null";
      const isTold = !/disposable/i.test(how);
      if (isTold) trace.push(`+${id}`);
      if (part.acquire === "fails") throw `acquire ${id}`;
      held.push({ id, name: "-", release, isTold });
      // Those that take time to be released say when it is over.
      return isTold ? `h${id}` : `d${id}`;
    }
    case "map":
    case "tap": {
      const handle = acquire(part.of, held, trace);
      trace.push(`${part.kind}${part.id} ${handle}`);
      if (part.fails) throw `${part.kind} ${part.id}`;
      return part.kind === "map" ? `m${part.id}(${handle})` : handle;
    }
    case "flatMap":
      trace.push(`next ${acquire(part.of, held, trace)}`);
      return acquire(part.next, held, trace);
    case "all":
      return `[${part.parts.map((each) => acquire(each, held, trace)).join()}]`;
    case "record":
      return `{${part.parts.map((each, at) => `k${at}:${acquire(each, held, trace)}`)}}`;
    case "onExit":
      held.push({ id: part.id!, name: "exit", release: part.release, isTold: true });
      return acquire(part.of, held, trace);
    case "recover": {
      const before = held.length;
      try {
        return acquire(part.of, held, trace);
      } catch (error) {
        const failed = releaseAll(held.splice(before), { failed: true, error }, { trace, isFinal: true });
        trace.push(`recover ${JSON.stringify(failed.error)}`);
        return acquire(part.instead, held, trace);
      }
    }
  }
}

/** Releases in reverse; the state is then that which what was acquired before is to be told (S5). */
function releaseAll(
  held: Held[],
  state: State,
  how: { trace: string[]; isFinal: boolean; isCancelled?: boolean },
): State {
  for (const { id, name, release, isTold } of held.reverse()) {
    const exit = state.failed
      ? `failed ${JSON.stringify(state.error)}`
      : how.isCancelled
        ? "cancelled"
        : "succeeded";
    how.trace.push(`${name}${id}${isTold ? ` ${exit}` : ""}`);
    if (release === "fails") {
      state.error = state.failed ? [`release ${id}`, state.error] : `release ${id}`;
      state.failed = true;
    } else if (release === "suppresses" && !how.isFinal) state.failed = false;
  }
  return state;
}
