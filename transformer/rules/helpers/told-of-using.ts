import type ts from "typescript";
import type { SourceFileModel } from "../../1-analyze/model";
import type { Finding } from "../../diagnostics/finding";

/**
 * Says of findings that they are about `using` in code that is not compiled: there move() and raii() are no advice. Those about
 * a handle are known by where it is acquired, the others by what the code base is said to be.
 *
 * @param withoutRaii whether the code base has no raii.
 */
export function toldOfUsing(
  sourceFile: ts.SourceFile,
  model: SourceFileModel | undefined,
  withoutRaii: boolean,
): (finding: Finding) => Finding {
  const isWithout = withoutRaii && !hasMarkers(model);
  const starts = new Set<number>();
  const { functions = [], topLevel = [], fileIsAnnotated = false } = model ?? {};
  for (const { isAnnotated, acquisitions } of [
    ...functions,
    { isAnnotated: false, acquisitions: topLevel },
  ]) {
    if (isAnnotated || fileIsAnnotated) continue;
    for (const { node } of acquisitions)
      if ("declarations" in node)
        for (const each of node.declarations) {
          starts.add(each.getStart(sourceFile));
          if (each.initializer !== undefined) starts.add(each.initializer.getStart(sourceFile));
        }
  }
  return (finding) =>
    isWithout || [finding, ...(finding.related ?? [])].some(({ start }) => start && starts.has(start))
      ? { ...finding, isOfUsing: true }
      : finding;
}

/** Whether a file imports a marker. */
export function hasMarkers(model: SourceFileModel | undefined): boolean {
  return model !== undefined && model.markers.statement !== undefined;
}
