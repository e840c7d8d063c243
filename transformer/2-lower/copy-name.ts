import type ts from "typescript";
import type { LowerContext } from "./lower-context";

/** The same name as another node: a node that stands in two places would show its comments twice. */
export function copyName({ factory, tsInstance }: LowerContext, name: ts.Identifier): ts.Identifier {
  if (name.pos < 0) return name; // a generated one is known by its node
  return tsInstance.setSourceMapRange(
    tsInstance.setOriginalNode(factory.createIdentifier(name.text), name),
    name,
  );
}
