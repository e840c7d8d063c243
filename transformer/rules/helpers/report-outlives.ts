import type ts from "typescript";
import { insertAwait } from "../../fixes/insert-await";
import type { Held } from "../../flow/held";
import { isReleasedByOwner } from "../../flow/released-by-owner";
import { shortText } from "../../syntax/nodes";
import type { TypedFile } from "../rule";
import { relatedTo } from "./related";

/** Reports that a promise outlives a handle. @param isAsync whether the function can await it. */
export function reportOutlives(file: TypedFile, held: Held, at: ts.Expression, isAsync: boolean): void {
  const { tsInstance, flow, sourceFile } = file;
  if (isReleasedByOwner(tsInstance, flow, held)) return;
  file.report({
    key: "escape-by-promise",
    node: at,
    args: [`"${shortText(sourceFile, at)}"`, held.name, isAsync ? "" : ", and make the function async"],
    related: relatedTo(file, held),
    ...(isAsync && { fix: insertAwait(file, at) }),
  });
}
