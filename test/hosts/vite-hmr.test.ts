import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createLogger, createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";

/*
 * Vite's development server, as a browser sees it: modules over HTTP, updates and the errors of the overlay over its socket.
 */

const raii = createRequire(import.meta.url)("../../dist/hosts/vite.js") as () => any;
// Below the repository, so that `ts-raii` is found.
const folder = join(import.meta.dirname, "../../.tmp/hosts-hmr");
const file = join(folder, "main.ts");
const text = (body: string): string => `import { raii } from "ts-raii";
export function main(open: () => Disposable): string {
  "use raii";
  const handle = raii(open());
  return ${body} + typeof handle;
}
import.meta.hot?.accept();
`;

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
  server = await createServer({
    root: folder,
    configFile: false,
    customLogger: createLogger("silent"),
    server: { host: "127.0.0.1", port: 0 },
    plugins: [raii()],
  });
  await server.listen();
  const { port } = server.httpServer!.address() as { port: number };
  socket = new WebSocket(`ws://127.0.0.1:${port}/?token=${server.config.webSocketToken}`, "vite-hmr");
  socket.on("message", (data) => void messages.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once("open", resolve));
});
afterAll(async () => {
  socket?.terminate();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks for the module as a browser does. */
async function request(): Promise<{ readonly status: number; readonly code: string }> {
  const { port } = server.httpServer!.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/main.ts?t=${Date.now()}`);
  return { status: response.status, code: await response.text() };
}

/** Waits for a message that was sent since the last one found. */
async function message(type: string): Promise<Message> {
  for (;;) {
    const index = messages.findIndex((each) => each.type === type);
    if (index >= 0) return messages.splice(0, index + 1).at(-1)!;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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
    writeFileSync(file, text(body));
    await message("update");
    expect((await request()).status).toBe(500);
    const { err } = await message("error");
    expect(err!.plugin).toMatch(expected.plugin);
    expect(err!.message).toContain(expected.text);
    if (expected.text !== "") expect(err!.loc).toMatchObject({ file, line: expected.line });
    expect(err!.frame || err!.message).toContain("typeof handle");

    writeFileSync(file, text(JSON.stringify(`after ${body}`)));
    await message("update");
    const after = await request();
    expect(after.status).toBe(200);
    expect(after.code).toContain("drive(main_program(open))");
    expect(after.code).toContain("after ");
  }
});
