import { describe, expect, it } from "vitest";
import { mainPrograms } from "./main-programs.ts";

const { start } = mainPrograms();

describe("main(), told to end by a signal", () => {
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
