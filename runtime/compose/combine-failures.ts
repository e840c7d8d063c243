import { carries, combineErrors } from "../core/suppressed-error.js";

/** An acquisition that has failed. */
export interface Failed {
  readonly resource: unknown;
  readonly error: unknown;
}

/** Combines what acquisitions beside each other failed with (S4): the first stands innermost. Of one it is that error. */
export function combineFailures([first, ...others]: readonly Failed[]): unknown {
  let combined = first!.error;
  for (const { error, resource } of others) {
    // Many may fail with the same error, as that of a signal which aborts them all: it is not combined with itself.
    combined = carries(error, combined)
      ? error
      : combineErrors(error, combined, Object(resource), "acquiring");
  }
  return combined;
}
