import type ts from "typescript";
import { kindOf } from "../1-analyze/plan-function";
import type { Fix, TextEdit } from "../diagnostics/finding";
import { importMarker } from "../fixes/import-marker";
import { importType } from "../fixes/import-type";
import type { Move } from "../flow/moves";
import { isFunctionNode } from "../syntax/function-node";
import { functionOf, outerExpression, shortText } from "../syntax/nodes";
import { relatedTo } from "./helpers/related";
import type { TypedFile, TypeRule } from "./rule";

/** `move` of what was acquired with `await`: its release is awaited, and what `move` gives cannot say so. */
export const moveNotAsync: TypeRule = {
  reports: ["move-not-async"],
  check(file) {
    for (const move of file.flow.moves) {
      const { held, marker, node, fn } = move;
      const isCertain = held.length > 0 && held.every((each) => each.isAsync && each.fn === fn);
      if (marker.name !== "move" || !isCertain) continue;
      const fix = renameToMoveAsync(file, move);
      file.report({
        key: "move-not-async",
        node,
        args: [held[0]!.name],
        help: `Write moveAsync(${shortText(file.sourceFile, move.handle)}).`,
        related: relatedTo(file, held[0]!).slice(0, 1),
        ...(fix && { fix }),
      });
    }
  },
};

/** Writes the other marker, and imports it where it is not. None where a type that is written elsewhere wants a `Resource`. */
function renameToMoveAsync(file: TypedFile, move: Move): Fix | undefined {
  const { tsInstance, sourceFile, model, options } = file;
  const { marker } = move;
  const typed = retyped(file, move.node);
  if (typed === undefined) return undefined;
  const edits: TextEdit[] = [...typed];
  const rename = { id: "move-async", title: "Use moveAsync()", edits };
  const { identifier, isNamespace } = marker;
  if (isNamespace) {
    const member = identifier.parent;
    if (!tsInstance.isPropertyAccessExpression(member)) return undefined;
    edits.push({ start: member.name.getStart(sourceFile), length: "move".length, text: "moveAsync" });
    return rename;
  }
  const [known] = [...model!.markers.named].find(([, name]) => name === "moveAsync") ?? [];
  const start = identifier.getStart(sourceFile);
  edits.push({ start, length: identifier.end - start, text: known ?? "moveAsync" });
  if (known !== undefined) return rename;
  const specifier = onlyImport(file, identifier);
  if (specifier === undefined)
    edits.push(...importMarker(tsInstance, sourceFile, options.importSource, "moveAsync").edits);
  else edits.push({ start: specifier.getStart(sourceFile), length: "move".length, text: "moveAsync" });
  return rename;
}

/** The edits that make what a function says it returns fit what it returns then. `undefined` where something else says it. */
function retyped(file: TypedFile, call: ts.CallExpression): readonly TextEdit[] | undefined {
  const { tsInstance, checker, flow, sourceFile, options } = file;
  const wanted = checker.getContextualType(call);
  const isAsked =
    wanted !== undefined && flow.types.mayBeResource(wanted) && !flow.types.kindsOf(wanted).has("async");
  if (!isAsked) return [];
  const fn = functionOf(tsInstance, call);
  const outer = outerExpression(tsInstance, call);
  const isReturned = tsInstance.isReturnStatement(outer.parent) || outer.parent === fn;
  if (!isReturned || !isFunctionNode(tsInstance, fn) || fn.type === undefined) return undefined;
  const isPromise = kindOf(tsInstance, fn).isAsync && tsInstance.isTypeReferenceNode(fn.type);
  const type = isPromise ? (fn.type as ts.TypeReferenceNode).typeArguments?.[0] : fn.type;
  if (type === undefined || !tsInstance.isTypeReferenceNode(type) || type.typeName.getText() !== "Resource")
    return undefined;
  const start = type.typeName.getStart(sourceFile);
  const { text, edits } = importType(tsInstance, sourceFile, "AsyncResource", options.importSource);
  const rename = { start, length: "Resource".length, text };
  const specifier = onlyImport(file, type.typeName);
  if (specifier === undefined || edits.length === 0) return [...edits, rename];
  // Nobody else needs the other type.
  return [
    { start: specifier.getStart(sourceFile), length: "Resource".length, text: "AsyncResource" },
    rename,
  ];
}

/** The name in the import of what nothing else in the file mentions. */
function onlyImport(
  { tsInstance, checker, sourceFile }: TypedFile,
  name: ts.Node,
): ts.Identifier | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  const specifier = symbol?.declarations?.[0];
  if (
    specifier === undefined ||
    !tsInstance.isImportSpecifier(specifier) ||
    specifier.propertyName !== undefined
  )
    return undefined;
  const mentions = sourceFile.text.match(new RegExp(`\\b${specifier.name.text}\\b`, "g")) ?? [];
  return mentions.length === 2 && tsInstance.isIdentifier(specifier.name) ? specifier.name : undefined;
}
