import { describe, expect, it } from "vitest";
import { main } from "../../runtime/node/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { mainPrograms } from "./main-programs.ts";
import { listenersOf } from "./use.ts";

const { run, start } = mainPrograms();

describe("main(), as a process", () => {
  it("runs the function and leaves the exit code 0", async () => {
    const ended = await run(`
      await main(async (signal) => {
        "use raii";
        await raii(noted("a"));
        await raii(noted("b"));
        log("body " + signal.aborted);
      });
      log("over " + process.exitCode);
    `);
    expect(ended).toEqual({
      code: 0,
      signal: null,
      output: "+a\n+b\nbody false\n-b succeeded\nb released\n-a succeeded\na released\nover undefined\n",
    });
  });

  it("prints an error, after the releases, and exits with 1", async () => {
    const { code, output } = await run(`
      await main(async () => {
        "use raii";
        await raii(noted("a"));
        throw new Error("no such luck");
      });
    `);
    expect(code).toBe(1);
    expect(output).toMatch(/^\+a\n-a failed\na released\nError: no such luck\n {4}at /);
  });

  it("prints every error there was", async () => {
    const { code, output } = await run(`
      main(async () => {
        "use raii";
        await raii(noted("a", async () => { throw new Error("release"); }));
        throw new Error("body");
      });
    `);
    expect(code).toBe(1);
    expect(output).toContain("SuppressedError: Error: release (while releasing a)\n  after Error: body");
  });

  it("ends a program that was told to end, or failed, although something is left open", async () => {
    const program = await start(`
      main(async (signal) => {
        setInterval(() => {}, 1e6);
        log("ready");
        await once(signal, "abort");
      }, { grace: 10 });
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    expect((await program.ended).code).toBe(130);
    const failed = await run(`
      main(() => { setInterval(() => {}, 1e6); throw "text"; }, { grace: 10 });
    `);
    expect(failed).toEqual({ code: 1, signal: null, output: "text\n" });
  });

  it("does not cut off what was printed", async () => {
    const { code, output } = await run(`
      main(() => { console.log("x".repeat(5e6)); throw "after it"; });
    `); // a string, for a stack has paths, and these may have an x
    expect(code).toBe(1);
    expect(output.match(/x/g)).toHaveLength(5e6);
  });

  it("lets a program end that leaves something open and has succeeded, when that has ended", async () => {
    const { code, output } = await run(`
      main(() => void setTimeout(() => log("later"), 30), { grace: 0 });
    `);
    expect({ code, output }).toEqual({ code: 0, output: "later\n" });
  });

  it.each([
    ["an error", "process.exitCode = 3; throw new Error('e')", 3],
    ["a success", "process.exitCode = 3;", 3],
    ["an error, 0", "process.exitCode = 0; throw new Error('e')", 1],
  ])("keeps the exit code that the function has set: %s", async (_, body, code) => {
    expect((await run(`main(async () => { ${body} });`)).code).toBe(code);
  });
});

describe("main()", () => {
  it("leaves no listener, timer or exit code behind", async () => {
    const before = [listenersOf(process), process.exitCode];
    await main(() => expect(process.listenerCount("SIGINT")).toBe(1 + ((before[0] as any).SIGINT ?? 0)));
    await main(async () => {});
    expect([listenersOf(process), process.exitCode]).toEqual(before);
  });

  it.each([
    [undefined, {}, "TypeError: ts-raii: main() takes a function"],
    [() => {}, { signals: ["SIGKILL"] }, "TypeError: ts-raii: main(): signals: no process can catch SIGKILL"],
    [() => {}, { signals: ["SIGFOO"] }, "TypeError: ts-raii: main(): signals: SIGFOO is no signal of linux"],
    [
      () => {},
      { signals: ["toString"] },
      "TypeError: ts-raii: main(): signals: toString is no signal of linux",
    ],
    [
      () => {},
      { grace: NaN },
      "RangeError: ts-raii: main(): grace must be from 0 to 2147483647 milliseconds, not NaN",
    ],
    [
      () => {},
      { crashGrace: -1 },
      "RangeError: ts-raii: main(): crashGrace must be from 0 to 2147483647 milliseconds, not -1",
    ],
  ])("refuses %s, %o", async (program, options, message) => {
    const { error } = await rejectedBy(main(program as () => void, options as object));
    expect(String(error)).toBe(message.replace("linux", process.platform));
  });
});
