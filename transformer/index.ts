import type ts from "typescript";
import { createDiagnostic, messageOf, severityOf } from "./diagnostics/create-diagnostic";
import type { Finding } from "./diagnostics/finding";
import { parseOptions } from "./diagnostics/options";
import { transformSourceFile } from "./transform-source-file";

/** What ts-patch hands to a plugin besides the program and the configuration. */
interface HostExtras {
  readonly ts: typeof ts;
  readonly addDiagnostic?: (diagnostic: ts.Diagnostic) => unknown;
}

/**
 * The ts-patch entry: `"plugins": [{ "transform": "ts-raii/transformer" }]`.
 *
 * @param program lets the rules run that need types. What is emitted is the same without it.
 * @param config the plugin's entry in tsconfig.json; see `Options`.
 * @param extras the host's compiler, and where diagnostics go. A host that takes none gets errors of the configuration
 *   thrown; code that cannot be compiled throws when it is reached (S11).
 * @returns a `before` transformer.
 * @throws {Error} when the host hands no compiler, as TypeScript 7 and plain `tsc` plugins do not.
 */
function transformer(
  program: ts.Program | undefined,
  config: object | undefined,
  extras: HostExtras,
): ts.TransformerFactory<ts.SourceFile> {
  const tsInstance = extras?.ts;
  if (tsInstance?.factory === undefined) {
    throw new Error(
      "ts-raii: the host handed no TypeScript compiler with a transformer API. Build with tspc of ts-patch, on TypeScript 5.9 or 6.",
    );
  }
  const report = (finding: Finding): void => {
    // A build that prints anything fails; suggestions are for the editor and the check command.
    const severity = severityOf(finding);
    if (severity === "suggestion" || severity === "off") return;
    if (extras.addDiagnostic !== undefined) extras.addDiagnostic(createDiagnostic(tsInstance, finding));
    else if (finding.sourceFile === undefined) throw new Error(`ts-raii: ${messageOf(finding)}`);
  };
  const options = parseOptions(config, report);
  return (context) => (sourceFile) =>
    transformSourceFile(
      { tsInstance, context, options, checker: program?.getTypeChecker?.(), report },
      sourceFile,
    );
}

// `module.exports` itself: ts-patch takes a function, and an ES module that imports it gets the function, too.
export = transformer;
