import type ts from "typescript";
import type { Fix } from "../diagnostics/finding";
import type { Held } from "../flow/held";
import { outerExpression, shortText } from "../syntax/nodes";
import type { TypedFile, TypeRule } from "./rule";

/** `await` before the acquisition of what is acquired and released synchronously. */
export const awaitNeedless: TypeRule = {
  reports: ["await-needless"],
  check(file) {
    const { checker, flow, sourceFile } = file;
    for (const held of flow.held) {
      const { resource, isAsync, isUsing, node } = held;
      if (!isAsync || resource === undefined) continue;
      const kinds = [...flow.types.kindsOf(checker.getTypeAtLocation(resource))].filter(
        (kind) => kind !== "none",
      );
      if (kinds.length === 0 || !kinds.every((kind) => kind === "sync")) continue;
      const fix = withoutAwait(file, held);
      file.report({
        key: "await-needless",
        node: isUsing ? resource : node,
        args: [`"${shortText(sourceFile, resource)}"`, isUsing ? "using" : "raii() without await"],
        ...(fix && { fix }),
      });
    }
  },
};

function withoutAwait({ tsInstance, sourceFile }: TypedFile, { node }: Held): Fix | undefined {
  const start = tsInstance.isCallExpression(node)
    ? awaitAround(tsInstance, node)?.getStart(sourceFile)
    : node.parent.getStart(sourceFile);
  const found = start === undefined ? undefined : /^await\s+/.exec(sourceFile.text.slice(start, start + 20));
  if (start === undefined || !found) return undefined;
  // The other declarations of one `await using` may need it.
  if (tsInstance.isVariableDeclarationList(node.parent) && node.parent.declarations.length > 1)
    return undefined;
  return { id: "remove-await", title: "Remove await", edits: [{ start, length: found[0].length, text: "" }] };
}

function awaitAround(tsInstance: typeof ts, node: ts.CallExpression): ts.Node | undefined {
  const { parent } = outerExpression(tsInstance, node);
  return tsInstance.isAwaitExpression(parent) ? parent : undefined;
}
