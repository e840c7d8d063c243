import type ts from "typescript";
import type { RelatedPlace } from "../../diagnostics/finding";
import type { CheckedFile } from "../rule";
import { lineOf } from "./related";

type Looked = Pick<CheckedFile, "tsInstance" | "sourceFile">;

/** What a message says of the place where something is left open. */
export function whereLeft(file: Looked, node: ts.Node): string {
  const { tsInstance, sourceFile } = file;
  const isBlock = tsInstance.isBlock(node);
  const line = lineOf(file, isBlock ? node.end - 1 : node.getStart(sourceFile));
  return `the ${isBlock ? "end of the block" : wordOf(tsInstance, node)} in line ${line}`;
}

/** The place, to show beside the finding. */
export function placesLeft({ tsInstance, sourceFile }: Looked, node: ts.Node): readonly RelatedPlace[] {
  const isBlock = tsInstance.isBlock(node);
  const start = isBlock ? node.end - 1 : node.getStart(sourceFile);
  return [{ start, length: node.end - start, message: "Here it is left open." }];
}

function wordOf(tsInstance: typeof ts, node: ts.Node): string {
  if (tsInstance.isReturnStatement(node)) return "return";
  if (tsInstance.isThrowStatement(node)) return "throw";
  return tsInstance.isContinueStatement(node) ? "continue" : "break";
}
