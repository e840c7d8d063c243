import { transform, type Transformed } from "../source/transform";
import type { ParsedOptions } from "./parse-options";
import type { Report } from "./report";
import { scriptName } from "./script-name";

/** What became of a module. */
export interface CompiledModule {
  /** `undefined` when the module stays as it is. */
  readonly result: Transformed | undefined;
  readonly errors: readonly Report[];
  readonly warnings: readonly Report[];
}

/**
 * Compiles a module and sorts the findings. Suggestions are for editors: a build that prints them would be noisy.
 *
 * @param name says by its ending how to parse the text.
 */
export function compileModule(
  code: string,
  id: string,
  { compile }: ParsedOptions,
  name = scriptName(id),
): CompiledModule {
  const errors: Report[] = [];
  const warnings: Report[] = [];
  const compiled = transform(code, name, {
    ...compile,
    onDiagnostic(diagnostic) {
      const report: Report = { ...diagnostic, id: diagnostic.id && id };
      if (diagnostic.severity === "error") errors.push(report);
      else if (diagnostic.severity === "warning") warnings.push(report);
    },
  });
  const result = compiled && { ...compiled, map: { ...compiled.map, sources: [id] } };
  return { result, errors, warnings };
}
