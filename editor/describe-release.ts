import type ts from "typescript";
import type { Held } from "../transformer/flow/held";
import type { Move } from "../transformer/flow/moves";
import type { HeldScope } from "./scopes";

/** A name as documentation shows it. */
export function codeName({ name }: Held): string {
  return `\`${plainName(name)}\``;
}

/** A name without the quotes of messages. */
export function plainName(name: string): string {
  return name.replace(/^"|"$/g, "");
}

/** The line of a place, as people count. */
export function lineOf(sourceFile: ts.SourceFile, position: number): number {
  return sourceFile.getLineAndCharacterOfPosition(position).line + 1;
}

/**
 * Says when a handle is released: "Released at the end of this block, line 12, after `b`, before `a`, unless moved
 * in line 9."
 */
export function describeRelease(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  scope: HeldScope,
  held: Held,
): string {
  const { releases, moves, node, end } = scope;
  const index = releases.indexOf(held);
  const [before, after] = [releases[index - 1], releases[index + 1]];
  const parts = [`${held.isAsync ? "Released, and awaited," : "Released"} ${end}`];
  const { end: last } = node;
  parts.push(`line ${lineOf(sourceFile, last)}`);
  if (before !== undefined) parts.push(`after ${codeName(before)}`);
  if (after !== undefined) parts.push(`before ${codeName(after)}`);
  const move = moves.get(held);
  if (move !== undefined) parts.push(unlessMoved(sourceFile, move));
  const repeated = isRepeated(tsInstance, held) ? " Each time this is reached one more is held." : "";
  return `${parts.join(", ")}.${repeated}`;
}

/** Says that somebody else may release it. */
export function unlessMoved(sourceFile: ts.SourceFile, { node }: Move): string {
  return `unless moved in line ${lineOf(sourceFile, node.getStart(sourceFile))}`;
}

/** Whether a loop inside its scope acquires it again and again: `var` holds all of them. */
export function isRepeated(tsInstance: typeof ts, { node, scope }: Held): boolean {
  for (let child: ts.Node = node; child !== scope && child.parent !== undefined; child = child.parent) {
    const { parent } = child;
    // The head of a loop is evaluated once, but for the parts where no raii can stand.
    if (tsInstance.isIterationStatement(parent, false) && parent.statement === child) return true;
  }
  return false;
}
