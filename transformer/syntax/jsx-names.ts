import type ts from "typescript";

/**
 * The names that JSX stands for, besides those in its text: its factories.
 * @returns `undefined` where a pragma in the file names others.
 */
export function jsxNames(
  { text }: ts.SourceFile,
  options: ts.CompilerOptions,
): readonly string[] | undefined {
  if (/@jsx(Frag)?\s/.test(text)) return undefined;
  const { jsxFactory, jsxFragmentFactory, reactNamespace } = options;
  return ["React", jsxFactory, jsxFragmentFactory, reactNamespace].flatMap(
    (name) => name?.split(".", 1) ?? [],
  );
}
