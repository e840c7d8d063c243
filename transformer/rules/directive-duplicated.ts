import type { Rule } from "./rule";

/** A directive that says again what one before it has said. */
export const directiveDuplicated: Rule = {
  needsTypes: false,
  check({ model, say }) {
    for (const node of model?.repeated ?? []) {
      const start = node.getFullStart();
      const edits = [{ start, length: node.end - start, text: "" }];
      say({
        key: "directive-duplicated",
        node,
        fix: { id: "remove-directive", title: 'Remove the second "use raii"', edits },
      });
    }
  },
};
