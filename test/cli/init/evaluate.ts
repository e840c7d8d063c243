import ts from "typescript";

/** Stands for every face of ts-raii. What it gives says what it was called with. */
export const raii = (...args: readonly unknown[]): object => ({ raii: args });

/** Stands for `ts-raii/next`, which is called with options, and then with a configuration. */
const raiiOfNext =
  (...args: readonly unknown[]) =>
  (config: unknown): object => ({ raii: args, config });

/** Stands for any function of any package: `defineConfig(x)` is `x`, and the rest is what it was called with. */
const packageStub = (source: string): unknown =>
  source.startsWith("ts-raii")
    ? source === "ts-raii/next"
      ? raiiOfNext
      : raii
    : new Proxy((...args: readonly unknown[]) => ({ from: source, args }), {
        get: (target, name) =>
          name === "__esModule"
            ? true
            : /^define/.test(String(name))
              ? (value: unknown) => value
              : name === "default"
                ? target
                : (...args: readonly unknown[]) => ({ from: source, name, args }),
      });

/** What a configuration exports, when it is loaded; a function is called. */
export function evaluate(text: string): unknown {
  const { outputText } = ts.transpileModule(text.replace(/^#!.*/, ""), {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const module: { exports: unknown } = { exports: {} };
  const require = (source: string): unknown => packageStub(source);
  const globals = {
    require,
    module,
    exports: module.exports,
    process: { env: {} },
    defineNuxtConfig: (value: unknown) => value, // Nuxt imports it by itself
  };
  new Function(...Object.keys(globals), outputText)(...Object.values(globals));
  const exported = module.exports as { readonly default?: unknown };
  const value = exported.default ?? exported;
  return typeof value === "function" ? (value as (env: object) => unknown)({ mode: "test" }) : value;
}

/** The comments of a text, in order. */
export function commentsOf(text: string): readonly string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  const comments: string[] = [];
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan())
    if (/CommentTrivia$/.test(ts.SyntaxKind[token]!)) comments.push(scanner.getTokenText());
  return comments;
}

/** Whether a text is another one with something put in. */
export function isWithInsertions(text: string, original: string): boolean {
  let at = 0;
  for (const char of text) if (char === original[at]) at++;
  return at === original.length;
}
