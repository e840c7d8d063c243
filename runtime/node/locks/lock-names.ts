import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { codeOf, fileError } from "../common/file-error.js";
import { removeLeftovers } from "../common/leftovers.js";
import { isOwnerDead, ownerTagPattern } from "../common/owner-tag.js";
import { livenessOf } from "./holder-liveness.js";
import { type LockHolder, parseHolder } from "./lock-holder.js";

/**
 * The file that says who may replace or remove the file `at`, in which `holder` stands.
 *
 * @param path of the lock. `at` is that, or a claim itself; the one that a holder makes to release its own lock has the
 *   holder's own token in it, and needs a name of its own.
 */
export function claimOf(path: string, at: string, holder: LockHolder): string {
  const claim = `${path}.${holder.token}.takeover`;
  return at === claim ? `${path}.${holder.token}.released` : claim;
}

/** @throws {Error} `ENAMETOOLONG` when there is no room for the names of claims: what could not be released is not acquired. */
export function checkNames(path: string, holder: LockHolder): void {
  const claim = claimOf(path, path, holder);
  try {
    statSync(claim, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) !== "ENAMETOOLONG") throw error;
    const extra = claim.length - path.length;
    throw fileError(
      `the name of the lock ${path} is too long: to release it takes a name that is ${extra} characters longer. Choose a shorter one`,
      error,
    );
  }
}

/**
 * Removes what killed processes have left beside a lock: candidates, and claims on those who held it before.
 *
 * Call this only while holding the lock. Tokens never repeat, so a claim on any other token is useless by then. One
 * on `mine` may be just now that of somebody who was told to take it.
 */
export function removeLockLeftovers(path: string, mine: LockHolder): void {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  removeLeftovers(folder, (name) => {
    if (!name.startsWith(start)) return false;
    const rest = name.slice(start.length);
    const owner = candidate.exec(rest)?.[1];
    if (owner !== undefined) return isOwnerDead(owner);
    if (!claim.test(rest) || rest.startsWith(mine.token)) return false;
    const holder = parseHolder(readFileSync(`${path}.${rest}`, "utf8"));
    return holder !== undefined && livenessOf(holder) === "dead";
  });
}

const candidate = /* @__PURE__ */ (() => new RegExp(`^(${ownerTagPattern})-[\\da-f]{12}\\.tmp$`))();
/** Also the candidates of version 0.3, which were named by their tokens. */
const claim = /^[\da-f-]{36}\.(?:takeover|released|tmp)$/;
