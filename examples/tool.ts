import { spawnSync } from "node:child_process";

/** Runs a tool of the machine to its end; `undefined` when it has none of that name. What it complains of is shown. */
export function tool(
  name: string,
  args: string[],
  cwd?: string,
): { ok: boolean; lines: string[] } | undefined {
  const { error, status, stdout, stderr } = spawnSync(name, args, { cwd, encoding: "utf8" });
  if (error !== undefined) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (status !== 0) console.log(stderr.trimEnd());
  return { ok: status === 0, lines: stdout.split("\n").filter((line) => line !== "") };
}
