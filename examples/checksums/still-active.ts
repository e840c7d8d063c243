import { setImmediate } from "node:timers/promises";

/**
 * What keeps the process alive: sockets, servers, timers, threads, requests; its standard streams do not count. Node
 * reports what was closed for some turns of the event loop more, so it is given up to a second.
 */
export async function stillActive(): Promise<string[]> {
  const end = performance.now() + 1000;
  for (;;) {
    const active = process
      .getActiveResourcesInfo()
      .filter((kind) => kind !== "PipeWrap" && kind !== "TTYWrap");
    if (active.length === 0 || performance.now() > end) return active;
    await setImmediate();
  }
}
