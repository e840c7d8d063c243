import {
  all,
  type AsyncAcquirable,
  type Exit,
  flatMap,
  map,
  onExit,
  recover,
  resource,
  tap,
} from "../../runtime/index.ts";
import { asyncDisposable, disposable, shapeOf, ticks, type Trace } from "../runtime/traced.ts";
import type { Leaf, Part, Parts, Release } from "./part.ts";

/** A handle as a text that says which it is and of which it is made. */
export function textOf(handle: unknown): string {
  if (typeof handle !== "object" || handle === null) return String(handle);
  if (Array.isArray(handle)) return `[${handle.map(textOf).join()}]`;
  if ("id" in handle) return String(handle.id);
  return `{${Object.entries(handle).map(([key, value]) => `${key}:${textOf(value)}`)}}`;
}

export function exitText(exit: Exit): string {
  return exit.kind === "failed" ? `failed ${JSON.stringify(shapeOf(exit.error))}` : exit.kind;
}

/** Builds the part with the combinators. Whatever happens to it is noted in the trace. */
export function build(part: Part, trace: Trace): AsyncAcquirable {
  switch (part.kind) {
    case "leaf":
      return buildLeaf(part, trace);
    case "map":
    case "tap": {
      const act = (handle: unknown): string => {
        trace.push(`${part.kind}${part.id} ${textOf(handle)}`);
        if (part.fails) throw `${part.kind} ${part.id}`;
        return `m${part.id}(${textOf(handle)})`;
      };
      const actLater = async (handle: unknown): Promise<string> => {
        await ticks(1);
        return act(handle);
      };
      const of = build(part.of, trace);
      if (part.kind === "map") return part.isAsync ? map(of, actLater) : map(of, act);
      return part.isAsync ? tap(of, actLater) : tap(of, act);
    }
    case "flatMap":
      return flatMap(build(part.of, trace), (handle) => {
        trace.push(`next ${textOf(handle)}`);
        const next = build(part.next, trace);
        return part.isAsync ? Promise.resolve(next as null) : next;
      });
    case "all":
      return all(part.parts.map((each) => build(each, trace)));
    case "record":
      return all(Object.fromEntries(part.parts.map((each, at) => [`k${at}`, build(each, trace)])));
    case "onExit":
      return onExit(build(part.of, trace), (exit) => {
        trace.push(`exit${part.id} ${exitText(exit)}`);
        return release(part.release, part.id!, exit, part.isAsync);
      });
    case "recover":
      return recover(build(part.of, trace), (error) => {
        trace.push(`recover ${JSON.stringify(shapeOf(error))}`);
        return build(part.instead, trace);
      });
  }
}

export type Built = readonly [AsyncAcquirable, AsyncAcquirable, AsyncAcquirable];

export function buildAll([r, s, t]: Parts, trace: Trace): Built {
  return [build(r, trace), build(s, trace), build(t, trace)];
}

function buildLeaf({ how, acquire, release: way, id }: Leaf, trace: Trace): AsyncAcquirable {
  const fails = way === "fails" ? { error: `release ${id}` } : undefined;
  if (how === "nothing") return null;
  if (how === "disposable") return Object.assign(disposable(trace, `${id}`, fails), { id: `d${id}` });
  if (how === "asyncDisposable")
    return Object.assign(asyncDisposable(trace, `${id}`, fails), { id: `d${id}` });
  const isAsync = how !== "sync";
  const open = (): string => {
    trace.push(`+${id}`);
    if (acquire === "fails") throw `acquire ${id}`;
    return `h${id}`;
  };
  const acquireIt = (): string | Promise<string> => (isAsync ? ticks(id! % 3).then(open) : open());
  const made = resource(acquireIt, (_, exit) => {
    trace.push(`-${id} ${exitText(exit)}`);
    return release(way, id!, exit, isAsync);
  });
  return how === "promise" ? Promise.resolve(made) : made;
}

function release(way: Release, id: number, exit: Exit, isAsync: boolean): unknown {
  const end = (): void => {
    if (way === "fails") throw `release ${id}`;
    if (way === "suppresses" && exit.kind === "failed") exit.suppress();
  };
  return isAsync ? ticks(2).then(end) : end();
}
