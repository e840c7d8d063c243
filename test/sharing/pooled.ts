import { type Acquisition, type Exit, pool, type PoolOptions, resource } from "../../runtime/index.ts";
import { ticks, type Trace } from "../runtime/traced.ts";
import { succeeded, take } from "./borrowing.ts";

/** Numbers its acquisitions, which take some ticks, as do its releases. */
export function counted(trace: Trace, onRelease: (number: number, exit: Exit) => void = () => {}) {
  let count = 0;
  return resource(
    async () => {
      const number = ++count;
      await ticks(2);
      trace.push(`+${number}`);
      return { number };
    },
    async ({ number }, exit) => {
      await ticks(2);
      trace.push(`-${number} ${exit.kind === "failed" ? String(exit.error) : exit.kind}`);
      onRelease(number, exit);
    },
    "db",
  );
}

export const open = async (
  trace: Trace,
  options: PoolOptions<{ number: number }>,
  onRelease?: (number: number) => void,
) => take(pool(counted(trace, onRelease), options));

export const closed = (what: string) =>
  `ClosedError: ts-raii: ${what} the pool of db, but the scope that owns it has ended`;

/** Gives back what was taken, and lets what follows from it happen. */
export async function giveBack(loan: Acquisition<unknown>, exit: Exit = succeeded): Promise<void> {
  await loan.release(exit);
  await ticks(20);
}
