interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Runs `body` in a time of its own: timers come as soon as nothing else is to be done. @returns when nothing is left to run. */
export async function inVirtualTime(body: (now: () => number) => unknown): Promise<void> {
  const { setTimeout, clearTimeout, setImmediate, performance } = globalThis;
  const timers = new Set<Timer>();
  const immediates: (() => void)[] = [];
  let now = 0;
  const replaced = {
    setTimeout: (run: () => void, ms = 0): Timer => {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: Timer) => timers.delete(timer),
    setImmediate: (run: () => void) => immediates.push(run),
    performance: { now: () => now },
  };
  Object.assign(globalThis, replaced);
  try {
    void body(() => now);
    for (;;) {
      await new Promise((resolve) => void setImmediate(resolve)); // all microtasks
      const due = immediates.splice(0);
      for (const run of due) run();
      if (due.length > 0) continue;
      const [next] = [...timers].sort((a, b) => a.at - b.at);
      if (next === undefined) return;
      timers.delete(next);
      now = next.at;
      next.run();
    }
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setImmediate, performance });
  }
}
