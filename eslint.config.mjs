import sort from "eslint-plugin-simple-import-sort";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// Prettier formats. This finds what it leaves: unsorted imports, lines that are too long to read, dead or doubtful code.
export default defineConfig(
  globalIgnores(["**/dist/", "**/node_modules/", ".tmp/", "coverage/", "fixtures/", "test/**/*.case.ts"]),
  {
    files: ["**/*.{ts,mts,cts,mjs,js}"],
    extends: [tseslint.configs.base],
    plugins: { sort },
    rules: {
      "sort/imports": "error",
      "sort/exports": "error",
      // Prettier breaks code at 110. Comments, and texts that cannot be broken, have a little more.
      "max-len": [
        "error",
        {
          code: 130,
          ignoreUrls: true,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
        },
      ],
      "no-debugger": "error",
      "no-duplicate-imports": ["error", { allowSeparateTypeImports: true }],
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-useless-rename": "error",
      "object-shorthand": ["error", "properties"],
      "prefer-const": "error",
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
    },
  },
);
