/** What Node and browsers have; the core is compiled without the types of either. */
interface Clock {
  setTimeout(callback: () => void, milliseconds: number): unknown;
  setImmediate?(callback: () => void): unknown;
}

/** Calls back when all that is ready to run has run. Looked up by each call, as the timers are. */
export function macrotask(callback: () => void): void {
  const { setImmediate, setTimeout } = globalThis as unknown as Clock;
  if (typeof setImmediate === "function") setImmediate(callback);
  else setTimeout(callback, 0);
}
