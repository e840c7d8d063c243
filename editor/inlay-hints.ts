import type ts from "typescript";
import { plainName } from "./describe-release";
import type { EditorProject } from "./editor-project";
import { extend, type Methods } from "./extend";
import { innermostFirst } from "./hover";
import { scopesOf } from "./scopes";

/** A hint after the closing brace of each scope: `} releases b, a`. Where the option `inlayHints` asks for it. */
export function inlayHintMethods(project: EditorProject): Methods {
  const { service, log } = project;
  return extend(service, "provideInlayHints", log, (found, fileName, span) => {
    if (!project.options.inlayHints) return found;
    const { scopes = [] } = scopesOf(project, fileName) ?? {};
    const hints = new Map<number, ts.InlayHint>();
    for (const { brace, releases } of innermostFirst(scopes)) {
      if (brace === undefined || brace < span.start || brace >= span.start + span.length) continue;
      const names = releases.map(({ name }) => plainName(name)).join(", ");
      const text = hints.has(brace) ? `${hints.get(brace)!.text}, ${names}` : `releases ${names}`;
      hints.set(brace, {
        text,
        position: brace + 1,
        kind: "Type" as ts.InlayHintKind,
        whitespaceBefore: true,
      });
    }
    return [...found, ...[...hints.values()].sort((a, b) => a.position - b.position)];
  });
}
