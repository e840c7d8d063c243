import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { differ, isThere, startOf, thisProcess } from "./process-identity.js";

// A temporary file tells by its name who made it, for its content is not ours, or not yet there: who is killed between
// making a file and writing to it leaves an empty one.

/** Of this process, for the names of files: digits, letters and hyphens. */
export function ownerTag(): string {
  const { started, boot, namespace } = thisProcess();
  return [process.pid, ...[hostname(), boot, namespace, started].map(shorten)].join("-");
}

/** A part of a regular expression: what `ownerTag` gives, and nothing else. */
export const ownerTagPattern = "\\d+(?:-(?:[\\da-f]{8})?){4}";

/**
 * Whether the process that a tag names has certainly ended. Of one on another host, or in another container, nothing
 * is known.
 */
export function isOwnerDead(tag: string): boolean {
  const [pid, host, boot, namespace, started] = tag.split("-").map((part) => part || undefined);
  const own = thisProcess();
  if (host !== shorten(hostname())) return false;
  if (differ(boot, shorten(own.boot))) return true; // the machine has been restarted
  if (differ(namespace, shorten(own.namespace))) return false;
  if (!isThere(Number(pid))) return true;
  const now = startOf(Number(pid));
  return now === "ended" || differ(started, shorten(now));
}

function shorten(text: string): string;
function shorten(text: string | undefined): string | undefined;
function shorten(text: string | undefined): string | undefined {
  return text && createHash("sha256").update(text).digest("hex").slice(0, 8);
}
