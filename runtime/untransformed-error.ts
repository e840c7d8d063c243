/** A marker was called by code that the transformer did not compile: the error says why that happens and what to do. */
export class UntransformedError extends Error {
  override readonly name = "UntransformedError";

  constructor(
    message = `raii() was not compiled: no "use raii" in its function, or a build without tsconfig's plugins.
tsc, TypeScript 7: use tspc (ts-patch)
ts-node, ts-loader, ts-jest: compiler "ts-patch/compiler"
Vite, esbuild, swc, Babel, tsx, node: use tspc's output
no compiler: run() and acquire()`,
  ) {
    super(message);
  }
}
