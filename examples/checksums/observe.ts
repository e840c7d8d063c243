import { readdirSync } from "node:fs";
import { join } from "node:path";
import { raii } from "ts-raii";
import { check } from "../check.js";
import { openDescriptors } from "../open-descriptors.js";
import { tempDir } from "../temp-dir.js";
import { stillActive } from "./still-active.js";

export interface Run {
  readonly title: string;
  /** The folder to work in. */
  readonly work: string;
  /** Is given a folder of its own, to save files in. */
  readonly body: (output: string) => Promise<void>;
  /** What it ends with, as text; `undefined` for no error. */
  readonly error?: string;
  /** All that is in its folder afterwards. */
  readonly leaves: readonly string[];
}

/** Runs it, shows how it ends, and checks that and what it leaves behind: files, and what keeps a process alive. */
export async function observe({ title, work, body, error, leaves }: Run): Promise<void> {
  "use raii";
  console.log(`\n${title}`);
  const output = raii(tempDir(join(work, "run-")));
  await stillActive(); // the files of this program's modules may be being closed
  const before = openDescriptors();
  let thrown: string | undefined;
  try {
    await body(output);
  } catch (value) {
    thrown = String(value);
    console.log(thrown);
  }
  const active = await stillActive();
  const after = openDescriptors();
  const left = readdirSync(output).join(", ");

  if (error === undefined) check("no error", thrown === undefined);
  else check("the caller gets this error", thrown === error);
  const expected = leaves.join(", ");
  check(
    expected === "" ? "no file is left, complete or not" : `${expected}: left, and nothing else`,
    left === expected,
  );
  check(["no socket, server, thread, timer or request is left", ...active].join(" "), active.length === 0);
  if (before === undefined) console.log("--    this system does not say which files are open");
  else check("as many file descriptors are open as before", before === after);
}
