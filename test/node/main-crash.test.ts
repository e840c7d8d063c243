import { describe, expect, it } from "vitest";
import { mainPrograms } from "./main-programs.ts";

const { run, start } = mainPrograms();

describe("main(), where nobody catches an error", () => {
  const crashes = {
    "an exception of a timer": `setTimeout(() => { throw new Error("crash"); })`,
    "an unhandled rejection": `void Promise.reject(new Error("crash"))`,
    "an error event": `new EventEmitter().emit("error", new Error("crash"))`,
    "an exception of a listener": `process.nextTick(() => { throw new Error("crash"); })`,
  };
  const serve = (body: string, options = "{}"): string => `
    import { EventEmitter } from "node:events";
    await main(async (signal) => {
      "use raii";
      await raii(noted("a"));
      await raii(noted("b", () => delay(20)));
      setImmediate(() => { ${body} });
      if (!signal.aborted) await once(signal, "abort");
      log(signal.reason.name + ": " + signal.reason.cause.message);
    }, ${options});
    log("over");
  `;

  it.each(Object.entries(crashes))(
    "%s: all is released, the error printed, the exit code 1",
    async (_, crash) => {
      const { code, signal, output } = await run(serve(crash));
      expect({ code, signal }).toEqual({ code: 1, signal: null });
      expect(output.match(/Error: crash\n {4}at /g)).toHaveLength(1);
      const lines = output.split("\n").filter((line) => !/^ {4}at |^Error: crash|^ *Emitted|^$/.test(line));
      expect(lines).toEqual([
        ...[
          "+a",
          "+b",
          "AbortError: crash",
          "-b succeeded",
          "b released",
          "-a succeeded",
          "a released",
          "over",
        ],
      ]);
    },
  );

  it("a program that throws because it was aborted for that is not printed a second time", async () => {
    const { code, output } = await run(`
      main(async (signal) => {
        "use raii";
        await raii(noted("a"));
        setTimeout(() => { throw new Error("crash"); });
        await delay(1e6, undefined, { signal });
      });
    `);
    expect(code).toBe(1);
    expect(output.match(/crash/g)).toHaveLength(1);
    expect(output).toContain("a released");
  });

  it("every further one is printed, and interrupts no release", async () => {
    const { code, output } = await run(
      serve("for (const n of [1, 2, 3]) setTimeout(() => { throw new Error(`crash ${n}`); }, n * 5)"),
    );
    expect(code).toBe(1);
    expect(output.match(/^Error: crash \d\n/gm)).toEqual([
      "Error: crash 1\n",
      "Error: crash 2\n",
      "Error: crash 3\n",
    ]);
    expect(output).toContain("a released\nover");
  });

  it("a program that does not stop is ended after its grace, and told so", async () => {
    const { code, output } = await run(`
      main(async () => {
        "use raii";
        await raii(noted("a"));
        setTimeout(() => { throw new Error("crash"); });
        await delay(1e6);
      }, { crashGrace: 30 });
    `);
    expect(code).toBe(1);
    expect(output).toContain("has not ended within 30 ms after an uncaught error (option crashGrace)");
    expect(output).not.toContain("-a");
  });

  it("what the abort has stopped, and nobody waited for, is no further one; nor is the end too late that came in time", async () => {
    const { code, output } = await run(`
      main(async (signal) => {
        void delay(1e6, undefined, { signal });
        setInterval(() => {}, 1e6);
        setTimeout(() => { throw "crash"; });
        await once(signal, "abort");
        await delay(5);
      }, { crashGrace: 100, grace: 300 });
    `);
    expect({ code, output }).toEqual({ code: 1, output: "crash\n" });
  });

  it("who listens for uncaught exceptions is left to it", async () => {
    const { code, output } = await run(`
      process.on("uncaughtException", (error) => log("mine: " + error.message));
      await main(async (signal) => {
        setTimeout(() => { throw new Error("crash"); });
        await delay(30);
        log("aborted " + signal.aborted);
      });
    `);
    expect({ code, output }).toEqual({ code: 0, output: "mine: crash\naborted false\n" });
  });

  it("what a signal has stopped, and nobody waited for, is no crash", async () => {
    const program = await start(`
      main(async (signal) => {
        void delay(1e6, undefined, { signal });
        log("ready");
        await once(signal, "abort");
        await delay(20);
      });
    `);
    await program.prints("ready");
    program.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 143, signal: null, output: "ready\n" });
  });
});
