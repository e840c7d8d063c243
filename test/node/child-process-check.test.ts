import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { childProcess } from "../../runtime/node/index.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { node, script, waits } from "./scripts.ts";
import { leavesNothing, use } from "./use.ts";

describe("childProcess() with check", () => {
  const check = true;

  it("makes it an error that the process ends by itself with another code than 0", () =>
    leavesNothing(async () => {
      const fails = childProcess(node, ["-e", "process.exit(3)"], { check });
      const { error } = await rejectedBy(use(fails, (child) => once(child, "exit")));
      expect(error).toMatchObject({ code: 3, signal: null, cmd: `${node} -e process.exit(3)` });
      expect(String(error)).toBe(`Error: ts-raii: ${node} -e process.exit(3) exited with code 3`);

      const awaited = await rejectedBy(use(fails, (child) => child.exited));
      expect(awaited.error).toMatchObject({ code: 3 }); // once, and not combined with itself

      const crashes = childProcess(node, ["-e", "process.kill(process.pid, 'SIGKILL')"], { check });
      const crash = await rejectedBy(use(crashes, (child) => once(child, "exit")));
      expect(String(crash.error)).toContain("was ended by SIGKILL");
    }));

  it("adds it to the error of the scope", () =>
    leavesNothing(async () => {
      const fails = childProcess(node, ["-e", "process.exit(3)"], { check });
      const { error } = await rejectedBy(
        use(fails, async (child) => {
          await once(child, "exit");
          throw new Error("body");
        }),
      );
      expect(combined(error).error).toMatchObject({ code: 3 });
      expect(String(combined(error).suppressed)).toBe("Error: body");
    }));

  it("leaves a process the time to end by itself when the scope succeeds, and its output unread", () =>
    leavesNothing(async () => {
      const source = `process.stdin.resume().on("end", () => {
        process.stdout.write("x".repeat(1e6), () => process.exit(3));
      })`;
      const { error } = await rejectedBy(use(childProcess(node, ["-e", source], { check }), () => {}));
      expect(error).toMatchObject({ code: 3, signal: null });
      const read = childProcess(node, ["-e", "console.log('out'); process.exit(3)"], { check });
      const outcome = await rejectedBy(use(read, (child) => text(child.stdout))); // ends before the process
      expect(outcome.error).toMatchObject({ code: 3 });
    }));

  it("makes it an error that it does not take that time", () =>
    leavesNothing(async () => {
      const endless = childProcess(node, script(waits), { check, grace: 50 });
      const { error } = await rejectedBy(use(endless, (child) => once(child.stdout, "data")));
      expect(error).toMatchObject({ code: null, signal: "SIGTERM" });
      expect(String(error)).toMatch(/had not ended 50 ms after its scope$/);
    }));

  it("is content with 0, and with the end that a scope which fails has made", () =>
    leavesNothing(async () => {
      const ended = await use(childProcess(node, ["-e", ""], { check }), (child) => child.exited);
      expect(ended).toEqual({ code: 0, signal: null });
      const { error } = await rejectedBy(
        use(childProcess(node, script(waits), { check }), async (child) => {
          await once(child.stdout, "data");
          throw new Error("body");
        }),
      );
      expect(String(error)).toBe("Error: body");
    }));

  it("is told together with an error that nobody has heard", () =>
    leavesNothing(async () => {
      const source = `require("node:fs").closeSync(0); setTimeout(() => process.exit(3), 100)`;
      const { error } = await rejectedBy(
        use(childProcess(node, script(source), { check }), async (child) => {
          await once(child.stdout, "data");
          const closes = new Promise((resolve) => child.stdin.once("close", resolve));
          child.stdin.write("x".repeat(1e6));
          await closes;
        }),
      );
      expect(combined(error).error).toMatchObject({ code: 3 });
      expect(combined(error).suppressed).toMatchObject({ code: "EPIPE" });
    }));
});
