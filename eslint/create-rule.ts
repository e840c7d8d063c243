import type { Rule } from "eslint";
import { messageOf } from "../transformer/diagnostics/create-diagnostic";
import type { Fix } from "../transformer/diagnostics/finding";
import { type DiagnosticKey, entryOf } from "../transformer/diagnostics/table";
import { type FixableFinding, findingsOf } from "./findings-of";

/** The rules with a fix that changes nothing that works: what is not annotated throws, and what is annotated twice is so once. */
const fixable: ReadonlySet<DiagnosticKey> = new Set<DiagnosticKey>([
  "raii-outside-annotated-function",
  "directive-misspelt",
  "directive-misplaced",
  "directive-duplicated",
  "annotated-without-raii",
]);

/** The ESLint rule of one diagnostic. Its fixes that change what code does are suggestions. */
export function createRule(key: DiagnosticKey): Rule.RuleModule {
  const { category, needsTypes, message, help } = entryOf(key);
  return {
    meta: {
      type: category === "suggestion" ? "suggestion" : "problem",
      docs: {
        description: `${message} ${help}`.replace(/\{\d\}/g, "…"),
        recommended: category !== "off",
        ...{ requiresTypeChecking: needsTypes },
      },
      ...(fixable.has(key) && { fixable: "code" }),
      hasSuggestions: true,
      schema: [],
      messages: { found: "{{text}}", fix: "{{title}}" },
    },
    create: (context) => ({
      Program() {
        for (const finding of findingsOf(context, key)) report(context, finding);
      },
    }),
  };
}

function report(context: Rule.RuleContext, finding: FixableFinding): void {
  const { key, start = 0, length = 0, fixes } = finding;
  const fix = fixable.has(key) ? fixes[0] : undefined;
  const suggested = fix === undefined ? fixes : fixes.slice(1);
  const { sourceCode } = context;
  context.report({
    loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(start + length) },
    messageId: "found",
    data: { text: messageOf(finding).slice(`${key}: `.length) },
    ...(fix !== undefined && { fix: (fixer) => editsOf(fixer, fix) }),
    suggest: suggested.map((each) => ({
      messageId: "fix",
      data: { title: each.title },
      fix: (fixer) => editsOf(fixer, each),
    })),
  });
}

function editsOf(fixer: Rule.RuleFixer, { edits }: Fix): Rule.Fix[] {
  return edits.map(({ start, length, text }) => fixer.replaceTextRange([start, start + length], text));
}
