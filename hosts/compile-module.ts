import { transform, type Transformed } from "../source/transform";
import type { ParsedOptions } from "./parse-options";
import type { Report } from "./report";

/** What became of a module. */
export interface CompiledModule {
  /** `undefined` when the module stays as it is. */
  readonly result: Transformed | undefined;
  readonly errors: readonly Report[];
  readonly warnings: readonly Report[];
}

/** Compiles a module and sorts the findings. Suggestions are for editors: a build that prints them would be noisy. */
export function compileModule(code: string, id: string, { compile }: ParsedOptions): CompiledModule {
  const errors: Report[] = [];
  const warnings: Report[] = [];
  const result = transform(code, id, {
    ...compile,
    onDiagnostic(diagnostic) {
      if (diagnostic.severity === "error") errors.push(diagnostic);
      else if (diagnostic.severity === "warning") warnings.push(diagnostic);
    },
  });
  return { result, errors, warnings };
}
