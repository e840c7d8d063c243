/** What a marker is to those who write it. */
export interface MarkerEntry {
  /** What its one argument is called. */
  readonly takes: string;
  /** What there is where it is to be handed on, which it cannot be. */
  readonly instead: string;
}

/** The functions that mean something to the compiler. Each is known by its import, never by its spelling. */
export const markerEntries = {
  raii: {
    takes: "resource",
    instead:
      "Call it where the resource is needed; the runtime's acquire() and run() are ordinary functions.",
  },
  move: { takes: "handle", instead: "Call it in the function that has acquired the handle." },
  moveAsync: { takes: "handle", instead: "Call it in the function that has acquired the handle." },
} as const satisfies Record<string, MarkerEntry>;

export type MarkerName = keyof typeof markerEntries;

/** Whether a module's export of this name is a marker. */
export function isMarkerName(name: string): name is MarkerName {
  return Object.hasOwn(markerEntries, name);
}
