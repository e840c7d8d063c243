import type ts from "typescript";
import { createDiagnostic } from "../transformer/diagnostics/create-diagnostic";
import type { Finding } from "../transformer/diagnostics/finding";
import type { EditorProject } from "./editor-project";
import { extend, type Methods } from "./extend";

/** What is wrong with the plugin's options, at its place in tsconfig.json. */
export function optionDiagnosticMethods(project: EditorProject): Methods {
  const { service, tsInstance, log } = project;
  return extend(service, "getCompilerOptionsDiagnostics", log, (found) => {
    const { optionFindings, isActive } = project;
    if (!isActive || optionFindings.length === 0) return found;
    const { configFile } = service.getProgram()?.getCompilerOptions() ?? {};
    const located = optionFindings.map((finding) =>
      locate(tsInstance, finding, configFile as ts.TsConfigSourceFile | undefined),
    );
    return [...found, ...located.map((finding) => createDiagnostic(tsInstance, finding))];
  });
}

/** A finding at the option it is about, as far as the text of the configuration shows it. */
function locate(
  tsInstance: typeof ts,
  finding: Finding,
  configFile: ts.TsConfigSourceFile | undefined,
): Finding {
  const root = configFile?.statements[0]?.expression;
  if (configFile === undefined || root === undefined) return finding;
  const compilerOptions = valuesOf(tsInstance, root, "compilerOptions")[0]?.initializer;
  const plugins = compilerOptions && valuesOf(tsInstance, compilerOptions, "plugins")[0]?.initializer;
  const entries = plugins && tsInstance.isArrayLiteralExpression(plugins) ? plugins.elements : [];
  const [at] = entries.flatMap((entry) => valuesOf(tsInstance, entry, finding.args[0]!));
  if (at === undefined) return { ...finding, sourceFile: configFile, start: 0, length: 0 };
  const start = at.name.getStart(configFile);
  return { ...finding, sourceFile: configFile, start, length: at.name.end - start };
}

/** The properties of that name in an object of a JSON text. */
function valuesOf(tsInstance: typeof ts, object: ts.Expression, name: string): ts.PropertyAssignment[] {
  if (!tsInstance.isObjectLiteralExpression(object)) return [];
  return object.properties
    .filter(tsInstance.isPropertyAssignment)
    .filter((property) => tsInstance.isStringLiteral(property.name) && property.name.text === name);
}
