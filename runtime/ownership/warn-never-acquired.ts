/** What is told of an owned resource that nobody has acquired. It holds nothing of it, or nothing would ever be told. */
interface Lost {
  readonly name: string;
  /** Where it was moved. */
  readonly stack: string;
}

interface Registry {
  register(target: object, lost: Lost, token: object): void;
  unregister(token: object): void;
}

/** What is used of a platform where it is there: the core is compiled without the types of any. */
interface Platform {
  readonly FinalizationRegistry?: new (report: (lost: Lost) => void) => Registry;
  readonly process?: { emitWarning?(message: string, options: object): void };
  readonly console?: { warn(message: string): void };
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

let registry: Registry | undefined;

/**
 * Watches an owned resource, and keeps it no longer alive: where it is collected without having been acquired, that is
 * reported. In development only.
 *
 * @param from the function that was called to move it: the stack that is shown begins at its caller.
 */
export function watch(owned: { readonly name: string }, from: Function): void {
  const { FinalizationRegistry } = globalThis as Platform;
  if (FinalizationRegistry === undefined || isProduction()) return;
  const moved = new Error("moved");
  (Error as { captureStackTrace?(error: Error, below: Function): void }).captureStackTrace?.(moved, from);
  // As text: an error may keep alive what its frames refer to, which may be the very thing that is watched.
  const stack = String(moved.stack).replace("Error: moved\n", "");
  registry ??= new FinalizationRegistry(report);
  registry.register(owned, { name: owned.name, stack }, owned);
}

/** It has been acquired: there is nothing to report any more. */
export function forget(owned: object): void {
  registry?.unregister(owned);
}

/** Said so that bundlers know the answer. Where there is no `process` it is no. */
function isProduction(): boolean {
  try {
    return process.env.NODE_ENV === "production";
  } catch {
    return false;
  }
}

function report({ name, stack }: Lost): void {
  const { process, console } = globalThis as Platform;
  const message = `ts-raii: ${name} was moved and never acquired, so nothing releases it. Acquire what move() gives, and let nothing that can fail come in between`;
  if (typeof process?.emitWarning === "function")
    process.emitWarning(message, { type: "OwnershipWarning", code: "RAII_LOST", detail: stack });
  else console?.warn(`${message}\n${stack}`);
}
