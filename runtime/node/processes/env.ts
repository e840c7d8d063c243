import type { Resource } from "../../core/resource.js";
import { releasedOnce } from "../common/released-once.js";

/**
 * Sets environment variables, and puts back exactly what they were when the scope ends: their values, or that they were
 * not set. What the body makes of them is lost; variables that are not named are left alone.
 *
 * The environment is one for the whole process: other code that runs before the scope ends sees it, and so does a child
 * process that is started. In an async function prefer to hand a child its environment. A worker thread has its own
 * copy, unless it was started with `SHARE_ENV`. On Windows names are the same in upper and lower case.
 *
 * @param variables names and values; `undefined` unsets. They are read at the call.
 * @returns a resource whose handle is `process.env`.
 * @throws {TypeError} at the call, for a value that is no string and not `undefined`, for a name that is empty or has
 *   `=` in it, and for a zero character in either: the system would cut it off. Nothing is then changed.
 * @example
 * raii(env({ TZ: "UTC", NODE_OPTIONS: undefined }));
 * @see https://nodejs.org/api/process.html#processenv
 * @see https://docs.python.org/3/library/test.html#test.support.os_helper.EnvironmentVarGuard
 */
export function env(variables: Readonly<Record<string, string | undefined>>): Resource<NodeJS.ProcessEnv> {
  const entries = Object.entries(variables);
  for (const [name, value] of entries) check(name, value);

  return releasedOnce("env", () => {
    // In reverse order: where two names are one (Windows), what was first put aside is put back last.
    const before = entries.map(([name, value]) => {
      const old = process.env[name];
      put(name, value);
      return [name, old] as const;
    });
    return {
      handle: process.env,
      release() {
        for (const [name, old] of before.reverse()) put(name, old);
      },
    };
  });
}

function put(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function check(name: string, value: unknown): void {
  if (name === "" || /[=\0]/.test(name)) {
    throw new TypeError(`ts-raii: env() cannot set a variable of the name ${JSON.stringify(name)}`);
  }
  if (value !== undefined && (typeof value !== "string" || value.includes("\0"))) {
    throw new TypeError(
      `ts-raii: env() takes for ${name} a string without zero characters, or undefined to unset it; not ${typeof value === "string" ? "this one" : `a value of type ${typeof value}`}`,
    );
  }
}
