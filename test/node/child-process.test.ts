import { getEventListeners, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { childProcess } from "../../runtime/node/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { isAlive, isGone, node, script, stubborn, waits } from "./scripts.ts";
import { leavesNothing, use } from "./use.ts";

describe("childProcess()", () => {
  it("has started when it is acquired, and is ended with its scope: SIGTERM", () =>
    leavesNothing(async () => {
      const child = await use(childProcess(node, script(waits)), async (child) => {
        expect(isAlive(child.pid!)).toBe(true);
        await once(child.stdout, "data");
        return { child };
      });
      expect(child.child.signalCode).toBe("SIGTERM");
      expect(isAlive(child.child.pid!)).toBe(false);
      expect(await child.child.exited).toEqual({ code: null, signal: "SIGTERM" });
    }));

  it.each(["fails", "is cancelled"])("is ended in the same way when its scope %s", (way) =>
    leavesNothing(async () => {
      const { handle, release } = await childProcess(node, script(waits))[Resource.acquire]();
      await once(handle.stdout, "data");
      await release(
        way === "fails"
          ? { kind: "failed", error: new Error("body"), suppress() {} }
          : { kind: "cancelled", reason: "deadline" },
      );
      expect(handle.signalCode).toBe("SIGTERM");
    }),
  );

  it("kills one that ignores SIGTERM after the grace", () =>
    leavesNothing(async () => {
      const child = await use(childProcess(node, script(stubborn), { grace: 50 }), async (child) => {
        await once(child.stdout, "data");
        return { child };
      });
      expect(child.child.signalCode).toBe("SIGKILL");
    }));

  it("gives one its grace to end in order, and its output the time to be read", () =>
    leavesNothing(async () => {
      const source = `process.on("SIGTERM", () => setTimeout(() => (console.log("x".repeat(1e6)), process.exitCode = 7, clearInterval(i)), 20)); const i = ${waits}`;
      const said: Promise<string>[] = [];
      const child = await use(childProcess(node, script(source)), async (child) => {
        await once(child.stdout, "data");
        said.push(text(child.stdout));
        return { child };
      });
      expect(await child.child.exited).toEqual({ code: 7, signal: null });
      expect((await said[0])!.length).toBe(1e6 + 1);
    }));

  it("sends the killSignal of its options instead", () =>
    leavesNothing(async () => {
      const source = `process.on("SIGUSR2", () => process.exit(3)); ${waits}`;
      const child = await use(
        childProcess(node, script(source), { killSignal: "SIGUSR2" }),
        async (child) => {
          await once(child.stdout, "data");
          return { child };
        },
      );
      expect(await child.child.exited).toEqual({ code: 3, signal: null });
    }));

  it("has nothing to do for one that has ended, whatever its exit code", () =>
    leavesNothing(async () => {
      for (const code of [0, 3]) {
        const ended = await use(childProcess(node, ["-e", `process.exit(${code})`]), (child) => child.exited);
        expect(ended).toEqual({ code, signal: null });
      }
      const killed = await use(childProcess(node, script(waits)), async (child) => {
        child.kill("SIGKILL");
        return child.exited;
      });
      expect(killed).toEqual({ code: null, signal: "SIGKILL" });
    }));

  it("drops output that nobody reads, more than a pipe holds, too", () =>
    leavesNothing(async () => {
      const source = `process.stdout.write("x".repeat(1e6)); process.stderr.write("y".repeat(1e6)); ${waits}`;
      await use(childProcess(node, script(source)), (child) => once(child.stdout, "readable"));
    }));

  it("writes to it and reads from it", () =>
    leavesNothing(async () => {
      const echoed = await use(childProcess(node, ["-e", "process.stdin.pipe(process.stdout)"]), (child) => {
        child.stdin.end("hello");
        return text(child.stdout);
      });
      expect(echoed).toBe("hello");
    }));

  it("takes the pipes that `stdio` says", () =>
    leavesNothing(async () => {
      const quiet = await use(childProcess(node, ["-e", ""], { stdio: "ignore" }), async (child) => {
        expect([child.stdin, child.stdout, child.stderr]).toEqual([null, null, null]);
        return child.exited;
      });
      expect(quiet.code).toBe(0);
      const one = await use(
        childProcess(node, ["-e", "console.log('out')"], { stdio: ["ignore", "pipe", "ignore"] }),
        (child) => text(child.stdout),
      );
      expect(one).toBe("out\n");
    }));

  it("does not wait for a process of its process that holds the pipes open", () =>
    leavesNothing(async () => {
      const source = `
        const { spawn } = require("node:child_process");
        const child = spawn(process.execPath, ["-e", ${JSON.stringify(waits)}], { stdio: "inherit", detached: true });
        child.unref();
        console.log(child.pid)`;
      const grandchild = await use(childProcess(node, ["-e", source], { grace: 20 }), async (child) => {
        const [pid] = (await once(child.stdout, "data")) as [Buffer];
        await child.exited;
        return Number(pid);
      });
      expect(isAlive(grandchild)).toBe(true);
      process.kill(grandchild, "SIGKILL");
    }));

  it.skipIf(process.platform === "win32")("group: ends what its process has started, too", () =>
    leavesNothing(async () => {
      for (const leaderEnds of [false, true]) {
        const source = `
          const { spawn } = require("node:child_process");
          const child = spawn(process.execPath, ["-e", ${JSON.stringify(`${waits}; console.log("up")`)}]);
          child.stdout.once("data", () => { console.log(child.pid); ${leaderEnds ? "process.exit()" : ""} });`;
        const grandchild = await use(
          childProcess(node, ["-e", source], { group: true, grace: 200 }),
          async (child) => {
            const [pid] = (await once(child.stdout, "data")) as [Buffer];
            if (leaderEnds) await child.exited;
            expect(isAlive(Number(pid))).toBe(true);
            return Number(pid);
          },
        );
        await isGone(grandchild);
      }
    }),
  );

  it.skipIf(process.platform === "win32")("group: kills what of it ignores SIGTERM", () =>
    leavesNothing(async () => {
      const source = `
        const { spawn } = require("node:child_process");
        const child = spawn(process.execPath, ["-e", ${JSON.stringify(`${stubborn}; console.log("up")`)}]);
        child.stdout.once("data", () => console.log(child.pid));`;
      const grandchild = await use(
        childProcess(node, ["-e", source], { group: true, grace: 50 }),
        async (child) => Number(((await once(child.stdout, "data")) as [Buffer])[0]),
      );
      await isGone(grandchild);
    }),
  );

  it("ends one it talks to by messages, although the body has hung up", () =>
    leavesNothing(async () => {
      for (const hangsUp of [false, true]) {
        const said = await use(
          childProcess(node, ["-e", `process.send("hello"); ${waits}`], {
            stdio: ["ignore", "ignore", "ignore", "ipc"],
          } as object),
          async (child) => {
            const [message] = await once(child, "message");
            if (hangsUp) child.disconnect();
            return message as string;
          },
        );
        expect(said).toBe("hello");
      }
    }));

  it("property 4: a program that is not there fails the acquisition, and says so", () =>
    leavesNothing(async () => {
      const { error } = await rejectedBy(use(childProcess("no-such-program"), () => expect.fail("started")));
      expect(error).toMatchObject({ code: "ENOENT", cause: { syscall: "spawn no-such-program" } });
      expect(String(error)).toBe(
        "Error: ts-raii: cannot start no-such-program: there is no program no-such-program",
      );
      const folder = await rejectedBy(
        use(childProcess(node, [], { cwd: "/no/such/folder" }), () => expect.fail("started")),
      );
      expect(String(folder.error)).toBe(
        `Error: ts-raii: cannot start ${node}: there is no folder /no/such/folder (option cwd)`,
      );
    }));

  it.skipIf(process.platform === "win32")("property 4: so does one that is no program", () =>
    leavesNothing(async () => {
      const folder = mkdtempSync(join(tmpdir(), "ts-raii-child-"));
      writeFileSync(join(folder, "text"), "text", { mode: 0o644 });
      const { error } = await rejectedBy(
        use(childProcess(join(folder, "text")), () => expect.fail("started")),
      );
      expect(error).toMatchObject({ code: "EACCES" });
      rmSync(folder, { recursive: true });
    }),
  );

  it("property 4: arguments that Node refuses fail the acquisition", () =>
    leavesNothing(async () => {
      const { error } = await rejectedBy(use(childProcess("node\0"), () => expect.fail("started")));
      expect(error).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
    }));

  it("a signal that has aborted fails the acquisition, one that aborts later ends the process", () =>
    leavesNothing(async () => {
      const reason = new Error("no longer wanted");
      const { error } = await rejectedBy(
        use(childProcess(node, [], { signal: AbortSignal.abort(reason) }), () => expect.fail("started")),
      );
      expect(error).toBe(reason);

      const controller = new AbortController();
      const ended = await use(childProcess(node, script(waits), { signal: controller.signal }), (child) => {
        controller.abort(reason);
        return child.exited;
      });
      expect(ended).toEqual({ code: null, signal: "SIGTERM" });
    }));

  it("what cannot even be tried to start fails the acquisition, and lets go of the signal", () =>
    leavesNothing(async () => {
      const { signal } = new AbortController();
      for (const [command, args] of [
        ["x".repeat(5000), []],
        [`${node}/x`, []],
        [node, ["x".repeat(10_000_000)]],
      ] as const) {
        await rejectedBy(use(childProcess(command, args, { signal }), () => expect.fail("started")));
        expect(getEventListeners(signal, "abort")).toEqual([]);
      }
    }));

  it("an error of its input that nobody has listened for is thrown by the release", () =>
    leavesNothing(async () => {
      const { error } = await rejectedBy(
        use(childProcess(node, script(`require("node:fs").closeSync(0); ${waits}`)), async (child) => {
          await once(child.stdout, "data");
          const closes = new Promise((resolve) => child.stdin.once("close", resolve));
          child.stdin.write("x".repeat(1e6));
          await closes;
        }),
      );
      expect(error).toMatchObject({ code: "EPIPE" });
    }));

  it("that what was written to it is lost when it is ended is no error", () =>
    leavesNothing(async () => {
      await use(childProcess(node, script(waits)), async (child) => {
        await once(child.stdout, "data");
        child.stdin.write("x".repeat(1e7));
      });
    }));

  it("property 34: starts a process for each acquisition", () =>
    leavesNothing(async () => {
      const made = childProcess(node, ["-p", "process.pid"]);
      const pids = [
        await use(made, (child) => text(child.stdout)),
        await use(made, (child) => text(child.stdout)),
      ];
      expect(new Set(pids).size).toBe(2);
    }));

  it.each([NaN, -1, 2 ** 31])("refuses a grace of %s at the call", (grace) => {
    const { error } = thrownBy(() => childProcess(node, [], { grace }));
    expect(String(error)).toContain("RangeError: ts-raii: childProcess(): grace must be from 0 to");
  });
});
