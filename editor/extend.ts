import type ts from "typescript";

/** The methods that this plugin adds to. */
type MethodName =
  | "getSemanticDiagnostics"
  | "getSuggestionDiagnostics"
  | "getCompilerOptionsDiagnostics"
  | "getSupportedCodeFixes"
  | "getCodeFixesAtPosition"
  | "getQuickInfoAtPosition"
  | "provideInlayHints";

/** What a face of the plugin puts in the place of the language service's own methods. */
export type Methods = Partial<ts.LanguageService>;

/**
 * Makes a method that adds to what another gives. Whatever goes wrong in adding, the editor gets what it would have had;
 * what goes wrong in the other method (a cancelled request) is none of ours.
 *
 * @param service whose method it is.
 * @param name of the method.
 * @param log is told what went wrong.
 * @param add is given the result, then the arguments.
 * @returns an object with that one method.
 */
export function extend<Name extends MethodName>(
  service: ts.LanguageService,
  name: Name,
  log: (error: unknown) => void,
  add: (
    result: ReturnType<ts.LanguageService[Name]>,
    ...args: Parameters<ts.LanguageService[Name]>
  ) => ReturnType<ts.LanguageService[Name]>,
): Methods {
  type Method = (...args: Parameters<ts.LanguageService[Name]>) => ReturnType<ts.LanguageService[Name]>;
  const original = service[name] as unknown as Method;
  const extended: Method = (...args) => {
    const result = original.apply(service, args);
    try {
      return add(result, ...args);
    } catch (error) {
      log(error);
      return result;
    }
  };
  return { [name]: extended };
}
