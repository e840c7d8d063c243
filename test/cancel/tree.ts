/** A step of the body of one activation. All times are milliseconds, and no two ends of them come at the same time. */
export type Step =
  | { readonly do: "sleep"; readonly ms: number }
  | { readonly do: "hold"; readonly held: Held }
  | { readonly do: "scope"; readonly scope: OpenedScope }
  | { readonly do: "block"; readonly steps: readonly Step[] }
  /** What is caught is logged, and not thrown again. */
  | { readonly do: "try"; readonly steps: readonly Step[] }
  | { readonly do: "throw"; readonly name: string }
  | { readonly do: "call"; readonly how: Call; readonly name: string; readonly steps: readonly Step[] };

/** A resource: how long it takes, and what fails. */
export interface Held {
  readonly name: string;
  readonly isAsync: boolean;
  readonly acquire: number;
  readonly release: number;
  readonly fails: "nothing" | "acquire" | "release";
}

export interface OpenedScope {
  readonly name: string;
  readonly is: "deadline" | "signal" | "shield";
  /** From its acquisition on; of a signal from the start of the whole on. */
  readonly ms: number;
  /** The limits, from the cancellation on. */
  readonly acquire: number;
  readonly release: number;
}

/**
 * Awaited at once; through a plain async function; not awaited; called outside of every
 * scope, and awaited.
 */
export type Call = "awaited" | "plain" | "spawned" | "detached";

/** What happened, by the name of the activation: `time event`. */
export type Logs = Record<string, string[]>;

/** Where a log is written. @param now the time. */
export function createLogs(now: () => number): { logs: Logs; log: (who: string, event: string) => void } {
  const logs: Logs = {};
  return {
    logs,
    log(who, event) {
      (logs[who] ??= []).push(`${now().toFixed(3)} ${event}`);
    },
  };
}
