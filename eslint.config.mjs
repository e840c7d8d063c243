// What Prettier does not see: the order of imports, lines that are too long for a reader, and what is surely a mistake.
import js from "@eslint/js";
import sort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

export default tseslint.config(
  // Fixtures say what users write, in any style.
  { ignores: ["dist", ".tmp", "fixtures", "examples/out", "scripts/real-code/counted", "**/*.d.ts"] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    plugins: { "simple-import-sort": sort },
    rules: {
      "simple-import-sort/imports": ["error", { groups: [["^\\u0000", "^node:", "^", "^\\.\\.", "^\\./"]] }],
      "simple-import-sort/exports": "error",
      // Prettier breaks code at 110; what it cannot break may be a little longer.
      "max-len": [
        "error",
        {
          code: 130,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreUrls: true,
          ignoreRegExpLiterals: true,
        },
      ],
      // TypeScript finds these, and knows what is a type.
      "no-undef": "off",
      "@typescript-eslint/no-unused-vars": "off",
      // What a library of resources is about, or cannot be typed without.
      "@typescript-eslint/no-empty-object-type": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-this-alias": "off",
      "@typescript-eslint/no-unsafe-function-type": "off",
      "@typescript-eslint/no-unused-expressions": "off",
      "no-control-regex": "off",
      "prefer-const": ["error", { destructuring: "all" }],
      "no-empty": ["error", { allowEmptyCatch: true }],
      "no-unsafe-finally": "off",
      "no-useless-catch": "off",
      "no-var": "off",
      "require-yield": "off",
    },
  },
);
