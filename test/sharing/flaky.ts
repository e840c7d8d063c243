import { expect } from "vitest";
import { Resource, resource, RetryError } from "../../runtime/index.ts";
import { type Trace } from "../runtime/traced.ts";

/** Fails as often as it is told to, with its own error each time; then gives the number of the attempt. */
export function flaky(trace: Trace, failures: number, name = "db"): Resource<number> {
  let attempt = 0;
  return resource(
    () => {
      attempt++;
      trace.push(`try ${attempt}`);
      if (attempt <= failures) throw new Error(`no ${attempt}`);
      return attempt;
    },
    (number) => trace.push(`-${number}`),
    name,
  );
}

export function retried(error: unknown): RetryError {
  return error instanceof RetryError ? error : expect.fail(`no RetryError but ${String(error)}`);
}
