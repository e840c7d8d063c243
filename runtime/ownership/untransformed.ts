import { UntransformedError } from "../core/untransformed-error.js";

/** Says of another marker what is said of `raii`, and what there is for code that is not to be compiled. */
export function untransformed(marker: string): UntransformedError {
  const { message } = new UntransformedError();
  return new UntransformedError(
    message.replace("raii", marker).replace(/No compiler: .*/, "No compiler: ExitStack and its popAll()"),
  );
}
