import { readFileSync } from "node:fs";
import ts from "typescript";
import { loadSource } from "../load-source.mjs";
import { ambient, convert } from "./convert.mjs";

const { analyzeFile } = loadSource("transformer/analyze-file.ts");
const { optionsOfUsing, parseOptions } = loadSource("transformer/diagnostics/options.ts");
/** Those of `ts-raii check --using`. */
const options = optionsOfUsing(parseOptions({}, () => {}));

/**
 * A code base that is there, with all that it needs to be type-checked.
 *
 * @param root where it is; `codeBase` is a row of code-bases.mjs.
 * @returns the files that declare something with `using`, once converted, and `programWith(texts)`: a Program in which files have
 *   other texts, given by path. What is not changed is not parsed again.
 */
export function openProject(root, { config, files, callbacks = [], releases = [] }) {
  const { config: json } = ts.readConfigFile(`${root}/${config}`, ts.sys.readFile);
  const folder = `${root}/${config}`.replace(/\/[^/]+$/, "");
  const parsed = ts.parseJsonConfigFileContent({ ...json, references: [] }, ts.sys, folder, { noEmit: true });
  const compilerOptions = {
    ...parsed.options,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    composite: false,
    incremental: false,
  };
  const texts = new Map([[`${root}/acquired.d.ts`, ambient]]);
  for (const name of ts.sys.readDirectory(root, [".ts", ".tsx"], ["**/node_modules", "**/dist"], ["**/*"])) {
    if (!files.test(name.slice(root.length + 1)) || name.endsWith(".d.ts")) continue;
    const text = convert(name, readFileSync(name, "utf8"), { callbacks, releases });
    if (/\busing\s+\w+\s*(:[^=]*)?=/.test(text)) texts.set(name, text);
  }
  const declarations = parsed.fileNames.filter((name) => name.endsWith(".d.ts"));
  const host = ts.createCompilerHost(compilerOptions, true);
  const kept = new Map();
  let program;

  return {
    names: [...texts.keys()].slice(1).sort(),
    textOf: (name) => texts.get(name),
    programWith,
    findingsOf,
  };

  function programWith(changed = new Map()) {
    const textOf = (name) => changed.get(name) ?? texts.get(name);
    program = ts.createProgram({
      rootNames: [...texts.keys(), ...declarations],
      options: compilerOptions,
      oldProgram: program,
      host: {
        ...host,
        fileExists: (name) => texts.has(name) || host.fileExists(name),
        readFile: (name) => textOf(name) ?? host.readFile(name),
        getSourceFile(name, ...rest) {
          const text = textOf(name);
          const known = kept.get(name);
          if (known !== undefined && (text === undefined || known.text === text)) return known;
          const file =
            text === undefined
              ? host.getSourceFile(name, ...rest)
              : ts.createSourceFile(name, text, rest[0], true);
          kept.set(name, file);
          return file;
        },
      },
    });
    return program;
  }

  /** What the rules find in a file, as `{ key, line, text }`; lines count from 0. */
  function findingsOf(ofProgram, name) {
    const sourceFile = ofProgram.getSourceFile(name);
    const { findings } = analyzeFile({
      tsInstance: ts,
      sourceFile,
      checker: ofProgram.getTypeChecker(),
      options,
      compilerOptions,
      withoutRaii: true,
      onInternalError: (error) => console.error(`${name}: ${error.stack}`),
    });
    const lines = sourceFile.text.split("\n");
    return findings().map(({ key, start }) => {
      const { line } = sourceFile.getLineAndCharacterOfPosition(start);
      return { key, line, text: lines[line].trim() };
    });
  }
}
