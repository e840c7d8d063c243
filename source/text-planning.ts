import type ts from "typescript";
import type { Fragment, Layout } from "./layout";

/** What the parts of one file share. */
export interface TextPlanning {
  readonly tsInstance: typeof ts;
  readonly context: ts.TransformationContext;
  readonly sourceFile: ts.SourceFile;
  readonly prefix: string;
  readonly fragments: Fragment[];
  readonly holes: Layout[];
}

/** Whether a node stands in the text itself. Only the parser sets `parent`. */
export function isParsed(node: ts.Node): boolean {
  return (node.parent as ts.Node | undefined) !== undefined;
}
