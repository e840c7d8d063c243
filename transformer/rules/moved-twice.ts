import type { Move } from "../flow/moves";
import { contains, dominates } from "../syntax/nodes";
import { lineOf, relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** A handle is moved where a move before has certainly taken it. */
export const movedTwice: TypeRule = {
  reports: ["moved-twice"],
  check(file) {
    const { flow, sourceFile } = file;
    const earlier: Move[] = [];
    for (const move of [...flow.moves].sort((a, b) => a.node.pos - b.node.pos)) {
      const first = earlier.find((each) => hasTaken(file, each, move));
      earlier.push(move);
      if (first === undefined) continue;
      const start = first.node.getStart(sourceFile);
      file.report({
        key: "moved-twice",
        node: move.node,
        args: [move.held[0]!.name, lineOf(file, start)],
        related: [
          { start, length: first.node.end - start, message: `${move.held[0]!.name} is moved here.` },
          ...relatedTo(file, move.held[0]!).slice(0, 1),
        ],
      });
    }
  },
};

function hasTaken({ tsInstance, flow }: TypedFile, first: Move, second: Move): boolean {
  const [held] = first.held;
  const isSame = held !== undefined && first.held.length === 1 && second.held.length === 1;
  if (!isSame || second.held[0] !== held || first.fn !== second.fn) return false;
  if (!contains(held.scope, second.node) || !dominates(tsInstance, first.node, second.node)) return false;
  // What was acquired in between may be what the first one gave.
  return !flow.held.some(({ node }) => node.end >= first.node.end && node.end <= second.node.pos);
}
