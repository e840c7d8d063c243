import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lowerings } from "../harness/compile.ts";
import { fileOf, writeShapes } from "./debuggee.ts";
import { Debugger } from "./debugger.ts";
import { linesOf } from "./lines.ts";
import { shapes, type Variant } from "./shapes.ts";

// The same shapes in a browser: modules and source maps come by HTTP.

const root = join(import.meta.dirname, "../..");
const isThere = spawnSync("chromium", ["--version"]).status === 0;
if (!isThere)
  console.log("skipped: the debugger of Chromium: no chromium is installed (apt-get install chromium)");

/** Serves the package and the shapes. */
function serve(folder: string): Promise<Server> {
  const imports = JSON.stringify({ imports: { "ts-raii": "/dist/runtime/esm/index.js" } });
  const page = `<script type="importmap">${imports}</script><script type="module" src="${folder.slice(root.length)}/main.js"></script>`;
  const server = createServer(({ url = "/" }, response) => {
    const path = join(root, decodeURIComponent(url));
    if (url === "/") return response.setHeader("content-type", "text/html").end(page);
    if (!existsSync(path)) return response.writeHead(404).end();
    response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "application/json");
    return response.end(readFileSync(path));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe.skipIf(!isThere)("in Chromium", () => {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  let server: Server;
  let session: Debugger;
  let end: () => Promise<void>;
  beforeAll(async () => {
    server = await serve(writeShapes("debug-chromium", shapes));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
    ];
    const child = spawn("chromium", [...args, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    end = () => (child.kill(), exited);
    const port = await new Promise<string>((resolve) => {
      let text = "";
      child.stderr.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
        const [, found] = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as Record<string, string>[];
    const { webSocketDebuggerUrl } = targets.find(({ type }) => type === "page")!;
    session = await Debugger.attach(webSocketDebuggerUrl!, "Chrome", async (url) =>
      (await fetch(url)).text(),
    );
    await session.send("Page.enable");
    await session.send("Page.navigate", { url: origin });
    const isLoaded = async (): Promise<boolean> =>
      (await session.send("Runtime.evaluate", { expression: "globalThis.isLoaded === true" })).result.value;
    while (!(await isLoaded())) await new Promise((resolve) => setTimeout(resolve, 20));
    await session.ready();
  });
  afterAll(async () => {
    session?.close();
    await end?.();
    server?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  });

  async function hits(
    variant: Variant,
    name: string,
    line: number,
    condition?: string,
  ): Promise<(number | undefined)[]> {
    const file = fileOf(name, variant);
    const breakpoint = await session.setBreakpoint(`/${file}.js`, line, condition);
    const lines: (number | undefined)[] = [];
    await session.run(
      `subjects[${JSON.stringify(file)}].call()`,
      async ({ callFrames: [frame], hitBreakpoints }) => {
        if (hitBreakpoints?.includes(breakpoint.id)) lines.push(session.placeOf(frame!.location).line);
        return "resume";
      },
    );
    await session.removeBreakpoint(breakpoint);
    return lines;
  }

  describe.each(shapes)("$name", (shape) => {
    const { acquires, body } = linesOf(shape);
    const name = /const (a|each) =/.exec(shape.text)![1]!;
    it.each(lowerings)("breakpoints, conditions and logpoints are as by hand: %s", async (lowering) => {
      for (const line of [acquires, body])
        expect(await hits(lowering, shape.name, line)).toEqual(await hits("by hand", shape.name, line));
      const condition = `${name}.name === "a"`;
      expect(await hits(lowering, shape.name, body, condition)).toEqual([body]);
      session.printed.length = 0;
      expect(await hits(lowering, shape.name, body, `console.log("at", ${name}.name), false`)).toEqual([]);
      expect(session.printed).toContain("at a");
    });
  });
});
