import type ts from "typescript";
import { addLexicalNames, addVarNames } from "../syntax/declared-names";
import { constantsOfStatements } from "./constant-names";
import { createFrame, type Frame } from "./frame";

/**
 * The frame of a statement list.
 * @param ownsVars whether `var` anywhere below declares in it: the body of a function, a static block.
 */
export function createListFrame(
  tsInstance: typeof ts,
  parent: Frame,
  node: ts.Node,
  statements: readonly ts.Statement[],
  ownsVars = false,
): Frame {
  return createFrame({
    parent,
    kind: { kind: "container", container: node },
    names: () => {
      const names = addLexicalNames(tsInstance, statements, new Set());
      return ownsVars ? addVarNames(tsInstance, node, names) : names;
    },
    constants: () => constantsOfStatements(tsInstance, statements, node),
  });
}
