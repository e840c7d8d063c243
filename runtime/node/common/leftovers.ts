import { readdirSync, rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** How long it took to look through a folder, and when that was. */
interface Look {
  readonly at: number;
  readonly took: number;
}

const looks = /* @__PURE__ */ new Map<string, Look>();
/** Of how many folders that is remembered. */
const mostFolders = 1000;

/**
 * Whether to look through a folder once more. At most a tenth of the time goes into that: else to write n files into one
 * folder would take time that is quadratic in n.
 */
function isDue(folder: string): boolean {
  const last = looks.get(folder);
  return last === undefined || performance.now() - last.at >= 10 * last.took;
}

function noteLook(folder: string, took: number): void {
  if (looks.size >= mostFolders) looks.clear();
  looks.set(folder, { at: performance.now(), took });
}

/**
 * Removes from a folder what killed processes have left there.
 *
 * @param isLeft says of a name whether it is that of a file whose owner has certainly ended. It may throw: then it is not.
 */
export function removeLeftovers(folder: string, isLeft: (name: string) => boolean): void {
  if (!isDue(folder)) return;
  const start = performance.now();
  try {
    for (const name of readdirSync(folder))
      if (holds(isLeft, name)) rmSync(join(folder, name), { force: true });
  } catch {} // somebody else will, or nobody: nothing depends on it
  noteLook(folder, performance.now() - start);
}

/** As `removeLeftovers`, without blocking. */
export async function removeLeftoversAsync(folder: string, isLeft: (name: string) => boolean): Promise<void> {
  if (!isDue(folder)) return;
  const start = performance.now();
  noteLook(folder, Infinity); // those that come meanwhile need not look, too
  try {
    for (const name of await readdir(folder))
      if (holds(isLeft, name)) await rm(join(folder, name), { force: true });
  } catch {}
  noteLook(folder, performance.now() - start);
}

function holds(isLeft: (name: string) => boolean, name: string): boolean {
  try {
    return isLeft(name);
  } catch {
    return false;
  }
}
