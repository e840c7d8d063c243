import {
  completing,
  type Completion,
  isClosing,
  normal,
  type Run,
  type Steps,
  thrown,
} from "./completion.ts";
import { evaluate } from "./interpret-expression.ts";
import { type ResourceKind, traitsOf } from "./kinds.ts";
import type { Acquisition } from "./program.ts";
import { combined, type Handle, type Value, type World } from "./world.ts";

interface Held {
  readonly resource: ResourceKind;
  readonly isAwaited: boolean;
  readonly handle: Handle;
}

/** Who owns what is acquired: the innermost block, or for a `var` the function. */
export interface Owners {
  readonly block: Held[];
  readonly function: Held[];
  readonly frame: Frame;
}

/** One call of a function. */
export interface Frame {
  /** Whether there is a `this`: in the constructor of a derived class not before its `super()`. */
  hasThis: boolean;
  /** Whether the value of a `return` is awaited there: in an async generator. */
  readonly awaitsReturn: boolean;
}

/** Runs what owns a scope of its own, and releases what the scope holds in the end. */
export function* owning(world: World, body: (held: Held[]) => Steps<Completion>): Steps<Completion> {
  const held: Held[] = [];
  const end = yield* completing(body(held));
  let completion = end;
  for (let last = held.pop(); last !== undefined; last = held.pop())
    completion = release(world, last, completion, end);
  return completion;
}

/**
 * S4, S5: what one release makes of the completion that it is told.
 *
 * @param end how the body ended: what is being closed goes on closing when a failure of a release is suppressed.
 */
function release(
  world: World,
  { resource, isAwaited, handle }: Held,
  told: Completion,
  end: Completion,
): Completion {
  const { by, does, slow } = traitsOf(resource);
  handle.isOpen = false;
  world.note(`-${handle.name}${exitOf(by, isAwaited, told)}`);
  if (slow === "release" || slow === "both") world.note(`.${handle.name}`);
  const fail = (error: string): Completion => ({
    kind: "throw",
    error: told.kind === "throw" ? combined(error, told.error) : error,
    isClosing: isClosing(end),
  });
  const failure = world.step();
  if (failure !== undefined) return fail(`Error: ${failure}`);
  if (does === "fail") return fail(`Error: release ${handle.name}`);
  if (does === "failUndefined") return fail("thrown undefined");
  if (told.kind !== "throw") return told;
  if (does === "replace") return fail(`Error: release ${handle.name}`);
  if (does !== "suppress") return told;
  if (!isClosing(end)) return normal;
  return end.kind === "return" ? end : { kind: "return", value: undefined, isClosing: true };
}

function exitOf(by: string, isAwaited: boolean, told: Completion): string {
  if (by === "both") return isAwaited ? " async" : " sync";
  if (by !== "Resource" && by !== "manager") return "";
  if (told.kind === "throw") return ` failed ${told.error}`;
  return isClosing(told) ? " cancelled" : " succeeded";
}

/** What is acquired, and its variable or none. */
export function* acquire(run: Run, node: Acquisition, owner: Held[], owners: Owners): Steps<Value> {
  // The whole initializer of a `var` belongs to the function.
  if (node.argument !== undefined) yield* evaluate(run, node.argument, { ...owners, block: owner });
  return take(node, open(run.world, node), owner);
}

/** The value before it is acquired: what opens or refuses by itself does so here. */
export type Opened = Handle | null | undefined | "no resource";

export function open(world: World, { resource, site }: Acquisition): Opened {
  const { by, slow, refuses } = traitsOf(resource);
  const count = world.count(site);
  if (by === "null") return count % 2 === 0 ? null : undefined;
  const name = `${site}.${count}`;
  if (slow !== undefined && slow !== "release") world.note(`?${name}`);
  const failure = world.step();
  const isRefused = refuses === true || by === "number" || by === "error";
  world.note(`${isRefused || failure !== undefined ? "!" : "+"}${name}`);
  if (failure !== undefined) throw thrown(`Error: ${failure}`);
  if (by === "number") return "no resource";
  if (isRefused) throw thrown(`Error: open ${name}`);
  return { name, isOpen: true };
}

export function take({ resource, isAwaited }: Acquisition, opened: Opened, owner: Held[]): Value {
  if (opened === "no resource") throw thrown("TypeError");
  if (typeof opened === "object" && opened !== null) owner.push({ resource, isAwaited, handle: opened });
  return opened;
}
