import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createLogger, createServer, type Plugin, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";

/*
 * Vite's development server, as a browser sees it: modules over HTTP, updates and the errors of the overlay over its socket.
 */

const raii = createRequire(import.meta.url)("../../dist/hosts/vite.js") as () => any;
// Below the repository, so that `ts-raii` is found.
const folder = join(import.meta.dirname, `../../.tmp/hosts-hmr-${process.pid}`);
const file = join(folder, "main.ts");
const text = (body: string): string => `import { raii } from "ts-raii";
export function main(open: () => Disposable): string {
  "use raii";
  const handle = raii(open());
  return ${body} + typeof handle;
}
import.meta.hot?.accept();
`;

const component = join(folder, "a.vue");
const componentText = (markup: string): string => `<template>${markup}</template>
<script setup>
import { raii } from "ts-raii";
const load = (open) => { "use raii"; return typeof raii(open()); };
</script>
`;
/** What a framework is given of a component, and what it reads when the file has changed. */
const given: string[] = [];
const read: string[] = [];
/** Compares both, as those of Vue and Astro do. */
const framework: Plugin = {
  name: "framework",
  transform(code, id) {
    if (!id.endsWith(".vue")) return null;
    given.push(code);
    return "export default 1;";
  },
  async handleHotUpdate(update) {
    if (update.file.endsWith(".vue")) read.push(await update.read());
  },
};

interface Message {
  readonly type: string;
  readonly err?: {
    readonly message: string;
    readonly plugin: string;
    readonly loc?: object;
    readonly frame?: string;
  };
}

let server: ViteDevServer;
let socket: WebSocket;
const messages: Message[] = [];

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text('"first"'));
  writeFileSync(component, componentText("first"));
  server = await createServer({
    root: folder,
    configFile: false,
    customLogger: createLogger("silent"),
    server: { host: "127.0.0.1", port: 0 },
    plugins: [framework, raii()],
  });
  await server.listen();
  const { port } = server.httpServer!.address() as { port: number };
  socket = new WebSocket(`ws://127.0.0.1:${port}/?token=${server.config.webSocketToken}`, "vite-hmr");
  socket.on("message", (data) => void messages.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once("open", resolve));
  // The watcher looks through the folder on its own time. A change of a file that it has not met yet is lost.
  for (const name of ["main.ts", "a.vue"])
    await until("the watcher knows the file", () => server.watcher.getWatched()[folder]?.includes(name));
});
afterAll(async () => {
  socket?.terminate();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until `look` finds something, and gives it. */
async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; await delay(20)) {
    const found = look();
    if (found) return found;
  }
  throw new Error(
    `Waited a minute for: ${what}. Messages since the last one found: ${JSON.stringify(messages)}`,
  );
}

/** Saves the module. Vite's watcher drops a change that comes within 50 ms of the one before, so this waits first. */
async function save(body: string): Promise<void> {
  await delay(200);
  writeFileSync(file, text(body));
}

/** Asks for the module as a browser does. */
async function request(): Promise<{ readonly status: number; readonly code: string }> {
  const { port } = server.httpServer!.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/main.ts?t=${Date.now()}`);
  return { status: response.status, code: await response.text() };
}

/** Waits for a message that was sent since the last one found. */
function message(type: string): Promise<Message> {
  return until(`a message "${type}"`, () => {
    const index = messages.findIndex((each) => each.type === type);
    return index >= 0 && messages.splice(0, index + 1).at(-1);
  });
}

it("updates a module, shows a mistake in the overlay, and goes on after it", async () => {
  const first = await request();
  expect(first.status).toBe(200);
  expect(first.code).toContain("drive(main_program(open))");

  const mistakes = {
    "(": { plugin: /vite/, line: 5, text: "" },
    'raii(open()) + (() => raii(open()))() + ""': {
      plugin: /^ts-raii$/,
      line: 5,
      text: "raii-outside-annotated-function",
    },
  };
  for (const [body, expected] of Object.entries(mistakes)) {
    await save(body);
    await message("update");
    expect((await request()).status).toBe(500);
    const { err } = await message("error");
    expect(err!.plugin).toMatch(expected.plugin);
    expect(err!.message).toContain(expected.text);
    if (expected.text !== "") expect(err!.loc).toMatchObject({ file, line: expected.line });
    expect(err!.frame || err!.message).toContain("typeof handle");

    await save(JSON.stringify(`after ${body}`));
    await message("update");
    const after = await request();
    expect(after.status).toBe(200);
    expect(after.code).toContain("drive(main_program(open))");
    expect(after.code).toContain("after ");
  }
});

it("gives a framework the same text of a component's script when another part of the file has changed", async () => {
  const scriptOf = (code: string): string => code.slice(code.indexOf("<script"));
  await server.transformRequest("/a.vue");
  expect(given).toHaveLength(1);
  expect(scriptOf(given[0]!)).toContain("drive(load_program(open))");
  await delay(200);
  writeFileSync(component, componentText("changed"));
  const [changed] = await until("the framework has read the file", () => read.length > 0 && read);
  expect(changed).toContain("changed");
  expect(scriptOf(changed!)).toBe(scriptOf(given[0]!));
});
