import { contextManager } from "ts-raii";

/** A timer; the handle is a signal that aborts when `ms` have passed. Releasing it stops the timer. */
export const deadline = contextManager(function* deadline(ms: number, what: string) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`${what} took longer than ${ms} ms`)), ms);
  try {
    yield controller.signal;
  } finally {
    clearTimeout(timer);
  }
});
