import type ts from "typescript";
import { packageVersion } from "../toolchain/package-version";
import { createDiagnostic, messageOf, severityOf } from "./diagnostics/create-diagnostic";
import type { Finding } from "./diagnostics/finding";
import { parseOptions } from "./diagnostics/options";
import { hostTypeScript } from "./host-typescript";
import { errorsOf, print, throwErrors } from "./tell";
import { transformSourceFile } from "./transform-source-file";

/** What ts-patch hands to a plugin besides the program and the configuration. */
interface HostExtras {
  readonly ts?: typeof ts;
  readonly addDiagnostic?: (diagnostic: ts.Diagnostic) => unknown;
}

/** The part of ts-jest's compiler that its transformers are handed. */
interface TsJestCompiler {
  readonly configSet: {
    readonly compilerModule: typeof ts;
    /** Throws what ts-jest is to fail on, prints the rest, and leaves out what its options say. */
    raiseDiagnostics(diagnostics: readonly ts.Diagnostic[], fileName?: string): void;
  };
}

/** One module for every host that takes a TypeScript transformer. */
interface Transformer {
  /**
   * The ts-patch entry: `"plugins": [{ "transform": "ts-raii/transformer" }]`. It also serves hosts that are configured by
   * code: `transformers: (program) => ({ before: [transformer(program)] })`.
   *
   * @param program lets the rules run that need types. What is emitted is the same without it.
   * @param config the plugin's entry in tsconfig.json; see `Options`.
   * @param extras the host's compiler, and where diagnostics go. By default the compiler is the copy of TypeScript that
   *   calls the transformer; warnings are printed to standard error, and the transformer throws the errors of a file.
   * @returns a `before` transformer.
   * @throws {Error} when an option is wrong and the host takes no diagnostics, or its compiler cannot be told.
   */
  (
    program?: ts.Program | undefined,
    config?: object | undefined,
    extras?: HostExtras | undefined,
  ): ts.TransformerFactory<ts.SourceFile>;

  /**
   * The entry for the plugin lists of Nest and Nx: `"plugins": ["ts-raii/transformer"]`. What is found is printed to standard
   * error, and the process ends with exit code 1 if there are errors.
   */
  before(
    options?: object | undefined,
    program?: ts.Program | undefined,
  ): ts.TransformerFactory<ts.SourceFile>;

  /** The entry for ts-jest: `astTransformers: { before: ["ts-raii/transformer"] }`. */
  factory(compiler: TsJestCompiler, options?: object | undefined): ts.TransformerFactory<ts.SourceFile>;

  /** For the cache keys of hosts. */
  readonly name: string;
  readonly version: string;
}

/** Hands on what was found in one file. */
type Tell = (found: readonly ts.Diagnostic[], tsInstance: typeof ts, fileName: string) => void;

const create = (
  program: ts.Program | undefined,
  config: object | undefined,
  { ts: ofHost, addDiagnostic }: HostExtras,
  tell: Tell,
): ts.TransformerFactory<ts.SourceFile> => {
  // A build that prints anything fails; suggestions are for the editor and the check command.
  const isTold = (finding: Finding): boolean => !["suggestion", "off"].includes(severityOf(finding));
  const options = parseOptions(config, (finding) => {
    if (ofHost !== undefined && addDiagnostic !== undefined) {
      if (isTold(finding)) addDiagnostic(createDiagnostic(ofHost, finding));
    } else throw new Error(`ts-raii: ${messageOf(finding)}`);
  });
  return (context) => {
    const tsInstance = ofHost ?? hostTypeScript(context, program?.getCurrentDirectory?.());
    const checker = program?.getTypeChecker?.();
    return (sourceFile) => {
      const found: ts.Diagnostic[] = [];
      const report = (finding: Finding): void => {
        if (isTold(finding)) found.push(createDiagnostic(tsInstance, finding));
      };
      const transformed = transformSourceFile({ tsInstance, context, options, checker, report }, sourceFile);
      if (found.length > 0) tell(found, tsInstance, sourceFile.fileName);
      return transformed;
    };
  };
};

const byCode = (...[program, config, extras = {}]: Parameters<Transformer>): ReturnType<Transformer> => {
  const { ts: ofHost, addDiagnostic } = extras;
  if (ofHost !== undefined && ofHost.factory === undefined) {
    throw new Error(
      "ts-raii: the host handed no TypeScript compiler with a transformer API. Build with tspc of ts-patch, on TypeScript 5.9 or 6.",
    );
  }
  return create(
    program,
    config,
    extras,
    addDiagnostic ? (found) => found.forEach(addDiagnostic) : throwErrors,
  );
};

let isFailing = false;

/**
 * Makes the process end with exit code 1, later: an error that is thrown would end what builds again when a file changes. Nx
 * ends it by `process.exit(0)`, so the code is set when that has been called.
 */
function failAtExit(): void {
  process.exitCode ||= 1;
  if (isFailing) return;
  isFailing = true;
  process.once("exit", () => (process.exitCode ||= 1));
}

const before: Transformer["before"] = (options, program) =>
  create(program, options, {}, (found, tsInstance) => {
    print(found, tsInstance);
    if (errorsOf(found, tsInstance).length > 0) failAtExit();
  });

// The program of ts-jest's compiler is not the one that it emits, so the rules that need types do not run.
const factory: Transformer["factory"] = ({ configSet }, options) =>
  create(undefined, options, { ts: configSet.compilerModule }, (found, _, fileName) =>
    configSet.raiseDiagnostics(found, fileName),
  );

const entry = {
  before: { value: before },
  factory: { value: factory },
  // A function has a name of its own, which ts-jest does not see when it copies the properties.
  name: { value: "ts-raii" },
  version: { value: packageVersion() },
};
for (const property of Object.values(entry) as PropertyDescriptor[]) property.enumerable = true;
const transformer = Object.defineProperties(byCode, entry) as unknown as Transformer;

// `module.exports` itself: ts-patch takes a function, and an ES module that imports it gets the function, too.
export = transformer;
