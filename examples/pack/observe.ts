import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { check } from "../check.js";
import { openDescriptors } from "../open-descriptors.js";

export interface Run {
  readonly title: string;
  /** Where the archive appears. */
  readonly output: string;
  readonly body: () => void;
  /** What the error says that it ends with; `undefined` for none. */
  readonly error?: RegExp;
  /** All that is in `output` afterwards. */
  readonly leaves: readonly string[];
}

/** Runs it, shows how it ends, and checks that and what it leaves behind: files and open file descriptors. */
export function observe({ title, output, body, error, leaves }: Run): void {
  console.log(`\n${title}`);
  const before = openDescriptors();
  let thrown: string | undefined;
  try {
    body();
  } catch (value) {
    thrown = String(value).replaceAll(`${dirname(output)}/`, "");
    console.log(thrown);
  }
  const after = openDescriptors();
  const left = readdirSync(output).join(", ");

  if (error === undefined) check("no error", thrown === undefined);
  else check("the caller gets this error", thrown !== undefined && error.test(thrown));
  const expected = leaves.join(", ");
  check(
    expected === "" ? "no archive, temporary file or lock is left" : `${expected} is left and nothing else`,
    left === expected,
  );
  if (before === undefined || after === undefined)
    console.log("--    this system does not say which files are open");
  else check(`no file is left open: ${before} descriptors before, ${after} after`, before === after);
}
