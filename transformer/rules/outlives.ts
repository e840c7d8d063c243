import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import type { Held } from "../flow/held";
import { isReleasedByOwner } from "../flow/moved";
import { shortText } from "../syntax/nodes";
import { relatedTo } from "./related";
import type { TypedFile } from "./rule";

/** Says that a promise outlives a handle. @param isAsync whether the function can await it. */
export function sayOutlives(file: TypedFile, held: Held, at: ts.Expression, isAsync: boolean): void {
  const { tsInstance, flow, sourceFile } = file;
  if (isReleasedByOwner(tsInstance, flow, held)) return;
  file.say({
    key: "escape-by-promise",
    node: at,
    args: [`"${shortText(sourceFile, at)}"`, held.name, isAsync ? "" : ", and make the function async"],
    related: relatedTo(file, held),
    ...(isAsync && { fix: insertAwait(file, at) }),
  });
}

/** Writes `await` before an expression. */
export function insertAwait({ sourceFile }: Pick<TypedFile, "sourceFile">, at: ts.Node): Fix {
  const start = at.getStart(sourceFile);
  return { id: "insert-await", title: "Insert await", edits: [{ start, length: 0, text: "await " }] };
}
