import { resource } from "../../runtime/index.ts";
import type { Trace } from "../runtime/traced.ts";
import { exitText } from "./build-part.ts";

export function raise(error: unknown): never {
  throw error;
}

/** A resource whose handle is its name, and which notes how the scope ended when it is released. */
export const noted = (name: string, trace: Trace, acquires: () => unknown = () => name) =>
  resource(acquires as () => string, (_, exit) => void trace.push(`-${name} ${exitText(exit)}`), name);

/** A resource that cannot be acquired. */
export const failing = (error: unknown) =>
  resource(
    () => raise(error),
    () => {},
  );
