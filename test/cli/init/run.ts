import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { init } from "../../../cli/init/init.ts";
import { runInit } from "../../../cli/init/run-init.ts";
import { parseArguments } from "../../../cli/parse-arguments.ts";
import type { Files } from "./make-package.ts";

/** Runs `init` in a folder, without a terminal. */
export async function run(
  cwd: string,
  ...args: readonly string[]
): Promise<{ code: number; output: string }> {
  let output = "";
  const code = await runInit({
    args: parseArguments(args, init.options),
    operands: [],
    cwd,
    env: {},
    isTerminal: false,
    write: (text) => (output += text),
    note: (text) => (output += text),
  });
  return { code, output };
}

/** All files of a folder. */
export const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !each.parentPath.includes(".git"))
      .map((each) => [
        join(each.parentPath, each.name),
        readFileSync(join(each.parentPath, each.name), "latin1"),
      ]),
  );

/** What is installed already, as far as `init` looks. */
export const installed = {
  "node_modules/typescript/package.json": { name: "typescript", version: "6.0.3" },
  "node_modules/ts-patch/package.json": { name: "ts-patch", version: "4.0.1" },
};

/** A package that Vite builds. */
export const viteFiles: Files = {
  "package.json": {
    type: "module",
    dependencies: { "ts-raii": "^0.4.0" },
    devDependencies: { typescript: "^6" },
  },
  "vite.config.ts": "export default { plugins: [] };\n",
  "tsconfig.json": '{\n  // of the editor\n  "compilerOptions": {\n    "strict": true\n  }\n}\n',
  ...installed,
};
