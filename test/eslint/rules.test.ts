import { join } from "node:path";
import { RuleTester } from "eslint";
import { parser } from "typescript-eslint";
import { afterAll, describe, it } from "vitest";
import plugin from "../../eslint/index.ts";

Object.assign(RuleTester, { afterAll, describe, it });

/** A file of this name belongs to the project of the folder, whatever the text is that ESLint is given. */
const tsconfigRootDir = join(import.meta.dirname, "../../fixtures/cli/using");
const filename = join(tsconfigRootDir, "src/main.ts");

const typed = new RuleTester({
  languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir } },
  settings: { "ts-raii": { using: true } },
});
const untyped = new RuleTester({ languageOptions: { parser } });
const javaScript = new RuleTester({ languageOptions: { ecmaVersion: 2026, sourceType: "module" } });

const imports = 'import { connect, openFile } from "./files.js";\n';

typed.run("escape", plugin.rules.escape!, {
  valid: [
    {
      filename,
      code: `${imports}export function f() {\n  using file = openFile("a");\n  return file.read();\n}\n`,
    },
    {
      filename,
      code: `${imports}export function f() {\n  using file = openFile("a");\n  // raii-expect-error escape\n  return file;\n}\n`,
    },
  ],
  invalid: [
    {
      name: "the fix changes what the code does, so it is a suggestion",
      filename,
      code: `${imports}export function f() {\n  using file = openFile("a");\n  return file;\n}\n`,
      output: null,
      errors: [
        {
          messageId: "found",
          ...{ line: 4, column: 10, endLine: 4, endColumn: 14 },
          suggestions: [
            {
              desc: "Keep it in a DisposableStack until it is returned; who called disposes of it then",
              output: `${imports}export function f() {\n  using stack = new DisposableStack();\n  const file = stack.use(openFile("a"));\n  stack.move();\n  return file;\n}\n`,
            },
          ],
        },
      ],
    },
    {
      name: "places are counted after a byte order mark, in UTF-16 units, and lines may end as on Windows",
      filename,
      code: `\uFEFF${imports.replace("\n", "\r\n")}export function f() {\r\n  /* 😀 */ using file = openFile("a");\r\n  /* 😀 */ return { file };\r\n}\r\n`,
      errors: [{ messageId: "found", line: 4, column: 21, endLine: 4, endColumn: 25 }],
    },
  ],
});

typed.run("escape-by-promise", plugin.rules["escape-by-promise"]!, {
  valid: [],
  invalid: [
    {
      filename,
      code: `${imports}export async function f() {\n  await using c = await connect("a");\n  return c.query("b");\n}\n`,
      output: null,
      errors: [
        {
          message:
            'The promise "c.query("b")" outlives "c", which is released when this scope ends. Await the promise in this scope.',
          suggestions: [
            {
              desc: "Insert await",
              output: `${imports}export async function f() {\n  await using c = await connect("a");\n  return await c.query("b");\n}\n`,
            },
          ],
        },
      ],
    },
  ],
});

untyped.run("directive-misspelt", plugin.rules["directive-misspelt"]!, {
  valid: ['export function f() { "use strict"; }', "declare const raii: (x: unknown) => void; raii(1);"],
  invalid: [
    {
      name: "the fix changes nothing that works, so it is one",
      code: 'import { raii } from "ts-raii"; export function f(x: Disposable) { "use rai"; raii(x); }',
      output: 'import { raii } from "ts-raii"; export function f(x: Disposable) { "use raii"; raii(x); }',
      errors: [{ messageId: "found", line: 1, column: 68 }],
    },
  ],
});

untyped.run("raii-outside-annotated-function", plugin.rules["raii-outside-annotated-function"]!, {
  valid: ['import { raii } from "elsewhere"; raii(1);'],
  invalid: [
    {
      name: "importSource is a setting where no tsconfig.json is read",
      code: 'import { raii } from "#raii"; raii(1);',
      settings: { "ts-raii": { importSource: "#raii" } },
      errors: 1,
    },
  ],
});

javaScript.run("raii-outside-annotated-function", plugin.rules["raii-outside-annotated-function"]!, {
  valid: [
    'import { raii } from "ts-raii"; export function f(x) { "use raii"; raii(x); }',
    "export function f(x) { using y = x; return y.z; }",
  ],
  invalid: [
    {
      name: "the parser of ESLint itself",
      code: 'import { raii } from "ts-raii";\nexport const f = (x) => {\n  raii(x);\n};\n',
      output: 'import { raii } from "ts-raii";\nexport const f = (x) => {\n  "use raii";\n  raii(x);\n};\n',
      errors: [{ messageId: "found", line: 3, column: 3, endLine: 3, endColumn: 10 }],
    },
  ],
});
