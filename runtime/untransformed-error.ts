/** `raii()` was called by code that the transformer did not compile: the error says why that happens and what to do. */
export class UntransformedError extends Error {
  override readonly name = "UntransformedError";

  constructor() {
    super(
      `raii() was called in code that ts-raii's transformer has not compiled. Either its function is not annotated "use raii", ` +
        `or the build does not run the transformer of tsconfig.json's "plugins":\n` +
        `  - tsc ignores it, TypeScript 7 included: build with tspc, of the package ts-patch\n` +
        `  - ts-node, ts-loader, ts-jest: set "compiler": "ts-patch/compiler"\n` +
        `  - Vite, Vitest, esbuild, swc, tsx, Babel, node --strip-types: build with tspc first, run its output\n` +
        `  - no compiler: run(function* () { const handle = yield* acquire(resource); … })`,
    );
  }
}
