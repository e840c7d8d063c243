import type ts from "typescript";
import type { Held } from "../transformer/flow/held";
import { codeName, describeRelease, isRepeated, lineOf, plainName, unlessMoved } from "./describe-release";
import type { EditorProject } from "./editor-project";
import { extend, type Methods } from "./extend";
import { type HeldScope, scopesOf } from "./scopes";

/**
 * Hover on `raii` (or `using`) says when the handle is released; on the closing brace of a scope, what is released there and
 * in which order.
 */
export function hoverMethods(project: EditorProject): Methods {
  const { service, tsInstance, log } = project;
  return extend(service, "getQuickInfoAtPosition", log, (found, fileName, position) => {
    const file = scopesOf(project, fileName);
    if (file === undefined || file.scopes.length === 0) return found;
    const { sourceFile, scopes } = file;
    const said = scopes.flatMap((scope) =>
      scope.releases
        .map((held) => ({ held, scope, span: markerOf(tsInstance, sourceFile, held) }))
        .filter(({ span }) => touches(span, position)),
    );
    if (said[0] !== undefined) {
      const texts = said.map(({ held, scope }) => describeRelease(tsInstance, sourceFile, scope, held));
      // using a = x(), b = y();
      const named = texts.map((text, index) => `${codeName(said[index]!.held)}: ${text}`);
      return withText(found, said[0].span, texts.length === 1 ? texts[0]! : named.join("\n\n"));
    }
    if (found !== undefined) return found;
    const ending = scopes.filter(
      ({ brace }) => brace !== undefined && touches({ start: brace, length: 1 }, position),
    );
    return ending.length === 0 ? found : describeBrace(tsInstance, sourceFile, innermostFirst(ending));
  });
}

/** Scopes that end by the same brace end from the inside out. */
export function innermostFirst(scopes: readonly HeldScope[]): readonly HeldScope[] {
  return [...scopes].sort((a, b) => b.node.pos - a.node.pos);
}

/** Where the word stands by which something is acquired. */
function markerOf(tsInstance: typeof ts, sourceFile: ts.SourceFile, { node }: Held): ts.TextSpan {
  if (!tsInstance.isCallExpression(node)) {
    const list = node.parent;
    const text = sourceFile.text.slice(list.getStart(sourceFile), node.pos);
    const start = list.getStart(sourceFile) + Math.max(text.indexOf("using"), 0);
    return { start, length: "using".length };
  }
  const { expression } = node;
  const name = tsInstance.isPropertyAccessExpression(expression) ? expression.name : expression;
  const start = name.getStart(sourceFile);
  return { start, length: name.end - start };
}

function touches({ start, length }: ts.TextSpan, position: number): boolean {
  return start <= position && position <= start + length;
}

/** What the server has to say, with ours before its documentation. */
function withText(found: ts.QuickInfo | undefined, textSpan: ts.TextSpan, text: string): ts.QuickInfo {
  const base = found ?? ({ kind: "", kindModifiers: "", textSpan } as ts.QuickInfo);
  const rest = base.documentation ?? [];
  const separator = rest.length > 0 ? "\n\n" : "";
  return { ...base, documentation: [{ text: text + separator, kind: "text" }, ...rest] };
}

function describeBrace(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  scopes: readonly HeldScope[],
): ts.QuickInfo {
  const names = scopes.flatMap(({ releases }) => releases.map(({ name }) => plainName(name)));
  const lists = scopes.map(({ releases, moves, end }) => {
    const lines = releases.map((held, index) => {
      const awaited = held.isAsync ? ", awaited" : "";
      const each = isRepeated(tsInstance, held) ? ", each that was acquired" : "";
      const move = moves.get(held);
      const unless = move === undefined ? "" : `, ${unlessMoved(sourceFile, move)}`;
      return `${index + 1}. ${codeName(held)}, line ${lineOf(sourceFile, held.node.getStart(sourceFile))}${each}${awaited}${unless}`;
    });
    return `Released ${end}:\n${lines.join("\n")}`;
  });
  return {
    kind: "" as ts.ScriptElementKind,
    kindModifiers: "",
    textSpan: { start: scopes[0]!.brace!, length: 1 },
    displayParts: [{ text: `} // releases ${names.join(", ")}`, kind: "text" }],
    documentation: [{ text: lists.join("\n\n"), kind: "text" }],
  };
}
