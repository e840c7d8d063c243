// When the last of a group has ended the system gives its number to whoever comes next. That one is not ours.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { childProcess } from "../../runtime/node/index.ts";
import { succeeded, take } from "../sharing/borrowing.ts";
import { isAlive, isGone, node, waits } from "./scripts.ts";

const lastPid = "/proc/sys/kernel/ns_last_pid";

/** Starts a process of the given number that leads a group, as far as the system lets one choose; else `undefined`. */
async function startAs(pid: number, script: string): Promise<ChildProcess | undefined> {
  for (let attempt = 0; attempt < 50; attempt++) {
    if (isAlive(pid)) return undefined; // somebody else has got it
    try {
      writeFileSync(lastPid, String(pid - 1));
    } catch {
      return undefined;
    }
    const child = spawn("sh", ["-c", script], { detached: true, stdio: "ignore" });
    if (child.pid === pid) return child;
    process.kill(-child.pid!, "SIGKILL");
    await once(child, "exit");
  }
  return undefined;
}

const skipReason = (): string | undefined => {
  if (process.platform !== "linux") return "only Linux lets a test choose the number of a process";
  try {
    writeFileSync(lastPid, readFileSync(lastPid));
    return undefined;
  } catch {
    return `${lastPid} cannot be written to: only root may choose the number of a process`;
  }
};

describe("childProcess({ group: true })", () => {
  const reason = skipReason();
  if (reason) console.log(`skipped: a group whose number is used again: ${reason}`);

  /** How the group comes to its end. */
  const ends: Record<string, (leader: number) => Promise<number | undefined>> = {
    "that ended with its leader": async () => undefined,
    "whose last one ended after its leader": async (leader) => {
      const rest = membersOf(leader);
      expect(rest.length).toBe(1);
      process.kill(rest[0]!, "SIGKILL");
      await isGone(rest[0]!);
      return rest[0];
    },
  };

  /** How its number is used again. */
  const successors: Record<string, string> = {
    "by a process": "exec sleep 1000",
    "by a process with others in its group": "sleep 1000 & exec sleep 1000",
  };

  describe.runIf(reason === undefined).each(Object.entries(ends))("%s", (name, end) => {
    it.for(Object.entries(successors))(
      "sends nothing to who has its number by then: used %s",
      async ([, script], context) => {
        const command = name.includes("after") ? "sleep 1000 & exit" : "exit";
        const { handle, release } = await take(
          childProcess("sh", ["-c", command], { group: true, stdio: "ignore" }),
        );
        await handle.exited;
        const pid = handle.pid!;
        await end(pid);
        while (existsSync(`/proc/${pid}`) || membersOf(pid).length > 0) await new Promise(setImmediate);
        const successor = await startAs(pid, script);
        if (successor === undefined) {
          const reason = "skipped: the number was not to be had";
          console.log(reason);
          return context.skip(reason);
        }
        try {
          await release(succeeded);
          await new Promise((resolve) => setTimeout(resolve, 50));
          expect([successor.exitCode, successor.signalCode]).toEqual([null, null]);
        } finally {
          process.kill(-pid, "SIGKILL");
        }
      },
    );
  });

  it.runIf(process.platform !== "win32")(
    "ends what its leader has left, however long ago that ended",
    async () => {
      const { handle, release } = await take(
        childProcess("sh", ["-c", "sleep 1000 & echo $!; exit"], {
          group: true,
          stdio: ["ignore", "pipe", "ignore"],
        }),
      );
      const [data] = (await once(handle.stdout!, "data")) as [Buffer];
      const left = Number(String(data));
      await handle.exited;
      await new Promise((resolve) => setTimeout(resolve, 300)); // more than one look at the group
      expect(isAlive(left)).toBe(true);
      await release(succeeded);
      await isGone(left);
    },
  );

  it("one that runs is ended with its scope", async () => {
    const { handle, release } = await take(childProcess(node, ["-e", waits], { group: true }));
    await release(succeeded);
    expect(handle.signalCode).toBe("SIGTERM");
  });
});

function membersOf(group: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,pgid=,stat="], { encoding: "utf8" }).trim().split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, stat]) => Number(pgid) === group && !stat!.startsWith("Z"))
    .map(([pid]) => Number(pid));
}
