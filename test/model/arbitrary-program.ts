import fc from "fast-check";
import { callees } from "./arbitrary-callee.ts";
import type { ProgramOptions } from "./arbitrary-expression.ts";
import { statementLists } from "./arbitrary-statement.ts";
import { outermostPlace } from "./place.ts";
import { print } from "./print.ts";
import type { Program } from "./program.ts";

/** Random programs, well-formed and ending by construction; a failure shows them as text. */
export function programs(options: ProgramOptions = {}): fc.Arbitrary<Program> {
  return callees(options, statementLists(options)).map((build) => {
    const program = build(outermostPlace());
    return Object.assign(program, { [fc.toStringMethod]: () => `\n${print(program)}` });
  });
}
