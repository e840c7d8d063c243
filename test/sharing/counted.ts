import { type Exit, resource } from "../../runtime/index.ts";
import { ticks, type Trace } from "../runtime/traced.ts";

/** Numbers its acquisitions; `onRelease` sees the exit. */
export function counted(trace: Trace, onRelease: (exit: Exit) => void = () => {}) {
  let count = 0;
  return resource(
    () => {
      trace.push(`+${++count}`);
      return count;
    },
    (number, exit) => {
      trace.push(`-${number} ${exit.kind}`);
      onRelease(exit);
    },
    "db",
  );
}

/** The same, taking some ticks each way. */
export function countedSlowly(trace: Trace, onRelease: (exit: Exit) => void = () => {}) {
  let count = 0;
  return resource(
    async () => {
      const number = ++count;
      trace.push(`+${number}`);
      await ticks(3);
      return number;
    },
    async (number, exit) => {
      trace.push(`-${number} ${exit.kind}`);
      await ticks(3);
      trace.push(`${number} released`);
      onRelease(exit);
    },
    "db",
  );
}
