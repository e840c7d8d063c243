/** A marker was called by code that the transformer did not compile: the error says why that happens and what to do. */
export class UntransformedError extends Error {
  override readonly name = "UntransformedError";

  constructor(
    message = `raii() was not compiled: no "use raii" in its function, or no plugin in the build.
npx ts-raii doctor tells why. Use ts-raii/vite etc., or tspc (ts-patch), not TypeScript 7. No compiler: run()`,
  ) {
    super(message);
  }
}
