import { expect, vi } from "vitest";
import {
  acquireAsync,
  type AsyncResource,
  awaited,
  type Exit,
  resource,
  runAsync,
  TimeoutError,
} from "../../runtime/index.ts";
import { asyncDisposable, rejectedBy, type Trace } from "../runtime/traced.ts";

export const after = (milliseconds: number) =>
  new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
export const never = new Promise<never>(() => {});

/** Takes that long to be acquired and to be released. */
export function slow(trace: Trace, acquiring: number, releasing: number, onRelease = (_: Exit): void => {}) {
  return resource(
    async () => {
      trace.push("acquiring");
      await after(acquiring);
      trace.push("+db");
      return "DB";
    },
    async (handle, exit) => {
      trace.push(`releasing ${handle}, ${exit.kind}`);
      await after(releasing);
      trace.push("-db");
      onRelease(exit);
    },
    "db",
  );
}

export function use(
  it: AsyncResource<unknown>,
  trace: Trace = [],
  body: () => unknown = () => {},
): Promise<void> {
  return runAsync(function* () {
    yield* acquireAsync(asyncDisposable(trace, "outer"));
    yield* acquireAsync(it);
    trace.push("body");
    yield* awaited(body());
  });
}

export async function timeoutOf(using: Promise<unknown>): Promise<TimeoutError> {
  const rejected = rejectedBy(using);
  await vi.runAllTimersAsync();
  const { error } = await rejected;
  return error instanceof TimeoutError ? error : expect.fail(`no TimeoutError but ${String(error)}`);
}
