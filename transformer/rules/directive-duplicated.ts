import type { SyntaxRule } from "./rule";

/** A directive that says again what one before it has said. */
export const directiveDuplicated: SyntaxRule = {
  reports: ["directive-duplicated"],
  check({ model, report }) {
    for (const node of model?.repeated ?? []) {
      const start = node.getFullStart();
      const edits = [{ start, length: node.end - start, text: "" }];
      report({
        key: "directive-duplicated",
        node,
        fix: { id: "remove-directive", title: 'Remove the second "use raii"', edits },
      });
    }
  },
};
