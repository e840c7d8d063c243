import { afterAll, describe, expect, it } from "vitest";
import { main } from "../../runtime/node/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { Programs } from "./program.ts";
import { listenersOf } from "./use.ts";

const programs = new Programs();
afterAll(() => programs[Symbol.dispose]());

const head = `
  import { raii, resource } from "ts-raii";
  import { main, signals } from "ts-raii/node";
  import { once } from "node:events";
  import { setTimeout as delay } from "node:timers/promises";
  const log = (line: string) => console.log(line);
  const noted = (name: string, release = async () => {}) => resource(
    () => log("+" + name),
    async (_, exit) => { log("-" + name + " " + exit.kind); await release(); log(name + " released"); },
    name,
  );
`;

describe("main(), as a process", () => {
  const run = (source: string) => programs.run(head + source);
  const start = async (source: string) => programs.start(await programs.compile(head + source));

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

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("property 58: %s runs the releases, in order, and then exits with %i", async (signal, code) => {
    const program = await start(`
      await main(async (signal) => {
        "use raii";
        await raii(noted("a"));
        await raii(noted("b", () => delay(20)));
        log("ready");
        await delay(1e6, undefined, { signal });
      });
    `);
    await program.prints("ready");
    program.kill(signal);
    expect(await program.ended).toEqual({
      code,
      signal: null,
      output: "+a\n+b\nready\n-b failed\nb released\n-a failed\na released\n",
    });
  });

  it("property 58: a second signal exits at once, with nothing more released", async () => {
    const program = await start(`
      main(async (signal) => {
        "use raii";
        await raii(noted("a"));
        await raii(noted("b", () => delay(1e6)));
        log("ready");
        await once(signal, "abort");
      });
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    await program.prints("-b succeeded");
    program.kill("SIGTERM");
    // Ended by the signal itself, which shells tell as 143.
    expect(await program.ended).toEqual({
      code: null,
      signal: "SIGTERM",
      output: "+a\n+b\nready\n-b succeeded\n",
    });
  });

  it("property 58: a second signal exits at once where others listen for it, too", async () => {
    const program = await start(`
      process.on("SIGINT", () => log("heard"));
      main(async (signal) => {
        "use raii";
        await raii(noted("a", () => delay(1e6)));
        log("ready");
        await once(signal, "abort");
      });
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    await program.prints("-a succeeded");
    const again = setInterval(() => program.kill("SIGINT"), 100); // for half a second it is the same one
    const { code, signal, output } = await program.ended;
    clearInterval(again);
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(output).toMatch(/^\+a\nready\nheard\n-a succeeded\n(heard\n)+$/);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "a second %s within half a second is the same one: all is released",
    async (signal) => {
      const program = await start(`
        const again = () => (process.kill(process.pid, "${signal}"), delay(20));
        await main(async (signal) => {
          "use raii";
          await raii(noted("a", again));
          await raii(noted("b", again));
          log("ready");
          await once(signal, "abort");
          await again();
        });
        await again();
        log("over");
      `);
      await program.prints("ready");
      program.kill(signal);
      expect(await program.ended).toEqual({
        code: signal === "SIGINT" ? 130 : 143,
        signal: null,
        output: "+a\n+b\nready\n-b succeeded\nb released\n-a succeeded\na released\nover\n",
      });
    },
  );

  it("the same signal ends the process when half a second has passed", async () => {
    const program = await start(`
      main(async (signal) => {
        "use raii";
        await raii(noted("a", () => delay(1e6)));
        log("ready");
        await once(signal, "abort");
      });
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    await program.prints("-a succeeded");
    const again = setInterval(() => program.kill("SIGINT"), 100);
    expect(await program.ended).toEqual({
      code: null,
      signal: "SIGINT",
      output: "+a\nready\n-a succeeded\n",
    });
    clearInterval(again);
  });

  it("property 58: a second signal ends a program that blocks the event loop", async () => {
    const program = await start(`
      import { writeSync } from "node:fs";
      main(async (signal) => {
        "use raii";
        raii(resource(() => {}, () => { writeSync(1, "blocked\\n"); for (;;); }));
        log("ready");
        await once(signal, "abort");
      });
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    await program.prints("blocked");
    program.kill("SIGTERM"); // another one: that the half second of the first is over, only the event loop could see
    expect(await program.ended).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  it("exits by the signal's code also when the function takes the signal for success", async () => {
    const program = await start(`
      await main(async (signal) => {
        "use raii";
        await raii(noted("a"));
        log("ready");
        await once(signal, "abort");
        log("why: " + signal.reason.name + " " + signal.reason.signal + " " + signal.reason.message);
      });
      log("over " + process.exitCode);
    `);
    await program.prints("ready");
    program.kill("SIGTERM");
    expect(await program.ended).toEqual({
      code: 143,
      signal: null,
      output: "+a\nready\nwhy: AbortError SIGTERM received SIGTERM\n-a succeeded\na released\nover 143\n",
    });
  });

  it("a server that is told to end answers what it has begun, and ends the processes it holds", async () => {
    const program = await start(`
      import { createServer } from "node:http";
      import { childProcess, listening } from "ts-raii/node";
      await main(async (signal) => {
        "use raii";
        const child = await raii(childProcess(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]));
        child.exited.then((end) => log("child " + end.signal));
        const answer = async (response) => {
          response.write("begun, ");
          await once(signal, "abort");
          setTimeout(() => response.end("done"), 20);
        };
        const server = createServer((_, response) => void answer(response));
        const { port } = await raii(listening(server, { host: "127.0.0.1" }));
        server.on("close", () => log("server closed"));
        log("port " + port);
        log("ready");
        await once(signal, "abort");
      });
    `);
    await program.prints("ready");
    const port = /port (\d+)/.exec(program.output())![1];
    const response = await fetch(`http://127.0.0.1:${port}/`);
    program.kill("SIGTERM");
    expect(await response.text()).toBe("begun, done");
    expect(await program.ended).toEqual({
      code: 143,
      signal: null,
      output: `port ${port}\nready\nserver closed\nchild SIGTERM\n`,
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
    expect(output).toMatch(/^\+a\n-a failed\na released\nError: no such luck\n    at /);
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

  it("prints a release that fails after a signal, and exits by the signal's code", async () => {
    const program = await start(`
      main(async (signal) => {
        "use raii";
        await raii(noted("a", async () => { throw new Error("release"); }));
        log("ready");
        await delay(1e6, undefined, { signal });
      });
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    const { code, output } = await program.ended;
    expect(code).toBe(130);
    expect(output).toContain("Error: release (while releasing a)\n  after AbortError");
  });

  it("waits for a program that only waits for its signal", async () => {
    const program = await start(`
      main((signal) => (log("ready"), once(signal, "abort")));
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    expect(await program.ended).toMatchObject({ code: 130, output: "ready\n" });
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

  it("keeps the exit code that the function has set when it was told to end", async () => {
    const program = await start(`
      main(async (signal) => {
        log("ready");
        await once(signal, "abort");
        process.exitCode = 0;
      });
    `);
    await program.prints("ready");
    program.kill("SIGTERM");
    expect((await program.ended).code).toBe(0);
  });

  it("takes other signals, and leaves those it was not told of", async () => {
    const source = `
      main(async (signal) => {
        "use raii";
        await raii(noted("a"));
        log("ready");
        await once(signal, "abort");
      }, { signals: ["SIGHUP"] });
    `;
    const program = await start(source);
    await program.prints("ready");
    program.kill("SIGHUP");
    expect(await program.ended).toMatchObject({ code: 129, output: "+a\nready\n-a succeeded\na released\n" });
    const other = await start(source);
    await other.prints("ready");
    other.kill("SIGINT");
    expect(await other.ended).toEqual({ code: null, signal: "SIGINT", output: "+a\nready\n" });
  });

  it("signals(): a program stops by itself, with the exit code it likes", async () => {
    const program = await start(`
      async function work() {
        "use raii";
        const interrupted = raii(signals());
        log("ready");
        await once(interrupted, "abort");
        return interrupted.reason.message;
      }
      log(await work());
      log(String(process.listenerCount("SIGTERM")));
    `);
    await program.prints("ready");
    program.kill("SIGINT");
    expect(await program.ended).toEqual({ code: 0, signal: null, output: "ready\nreceived SIGINT\n0\n" });
  });
});

describe("main(), where nobody catches an error", () => {
  const run = (source: string) => programs.run(head + source);
  const start = async (source: string) => programs.start(await programs.compile(head + source));
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
