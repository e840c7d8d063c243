import type ts from "typescript";
import { packageVersion } from "../toolchain/package-version";
import { createDiagnostic, messageOf, severityOf } from "./diagnostics/create-diagnostic";
import type { Finding } from "./diagnostics/finding";
import { parseOptions } from "./diagnostics/options";
import { hostTypeScript } from "./host-typescript";
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
   * @param extras the host's compiler, and where diagnostics go. Without them the compiler is the copy that makes the
   *   transformation, and what is found is among the diagnostics of the emit. Code that cannot be compiled throws when it
   *   is reached (S11).
   * @returns a `before` transformer.
   * @throws {Error} when an option is wrong and the host takes no diagnostics, or its compiler cannot be told.
   */
  (
    program?: ts.Program | undefined,
    config?: object | undefined,
    extras?: HostExtras | undefined,
  ): ts.TransformerFactory<ts.SourceFile>;

  /** The entry for the plugin lists of Nest and Nx: `"plugins": ["ts-raii/transformer"]`. */
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

const create = (
  ...[program, config, extras = {}]: Parameters<Transformer>
): ts.TransformerFactory<ts.SourceFile> => {
  if (extras.ts !== undefined && extras.ts.factory === undefined) {
    throw new Error(
      "ts-raii: the host handed no TypeScript compiler with a transformer API. Build with tspc of ts-patch, on TypeScript 5.9 or 6.",
    );
  }
  const tell = (
    finding: Finding,
    tsInstance: typeof ts | undefined,
    addDiagnostic: HostExtras["addDiagnostic"] | undefined,
  ): void => {
    // A build that prints anything fails; suggestions are for the editor and the check command.
    const severity = severityOf(finding);
    if (severity === "suggestion" || severity === "off") return;
    if (addDiagnostic !== undefined && tsInstance !== undefined)
      addDiagnostic(createDiagnostic(tsInstance, finding));
    else if (finding.sourceFile === undefined) throw new Error(`ts-raii: ${messageOf(finding)}`);
  };
  // A host that drops the diagnostics of its emit is to hear of a wrong option, too.
  const options = parseOptions(config, (finding) => tell(finding, extras.ts, extras.addDiagnostic));
  return (context) => {
    const tsInstance = extras.ts ?? hostTypeScript(context, program?.getCurrentDirectory?.());
    // Of each TypeScript that is supported, but not in its declarations: what the emit gives back as its diagnostics.
    const ofEmit = (context as Pick<HostExtras, "addDiagnostic">).addDiagnostic;
    const addDiagnostic = extras.addDiagnostic ?? ofEmit;
    const report = (finding: Finding): void => tell(finding, tsInstance, addDiagnostic);
    const checker = program?.getTypeChecker?.();
    return (sourceFile) => transformSourceFile({ tsInstance, context, options, checker, report }, sourceFile);
  };
};

const before: Transformer["before"] = (options, program) => create(program, options);

// ts-jest drops the diagnostics of an emit, so they are raised at the end of each file. Its program is not the one that
// it emits, so the rules that need types are left to the editor, to tspc and to `ts-raii check`.
const factory: Transformer["factory"] = ({ configSet }, options) => {
  const found: ts.Diagnostic[] = [];
  const addDiagnostic = (diagnostic: ts.Diagnostic): unknown => found.push(diagnostic);
  const start = create(undefined, options, { ts: configSet.compilerModule, addDiagnostic });
  return (context) => {
    const transformFile = start(context);
    return (sourceFile) => {
      const transformed = transformFile(sourceFile);
      configSet.raiseDiagnostics(found.splice(0), sourceFile.fileName);
      return transformed;
    };
  };
};

const entry = {
  before: { value: before },
  factory: { value: factory },
  // A function has a name of its own, which ts-jest does not see when it copies the properties.
  name: { value: "ts-raii" },
  version: { value: packageVersion() },
};
for (const property of Object.values(entry) as PropertyDescriptor[]) property.enumerable = true;
const transformer = Object.defineProperties(create, entry) as unknown as Transformer;

// `module.exports` itself: ts-patch takes a function, and an ES module that imports it gets the function, too.
export = transformer;
