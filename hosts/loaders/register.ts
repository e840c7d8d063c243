// `node --import ts-raii/register app.ts`: compiles raii as modules are loaded. Also as `--require`, and as `--preload` of Deno
// and Bun.
import module from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BunHost, registerInBun } from "./bun-plugin";
import { loadSync, type RegisterHooks } from "./load-hooks";
import { wrapRequire } from "./wrap-require";

// Preloaded twice, by NODE_OPTIONS and by the command line, it is to compile once.
const done = Symbol.for("ts-raii/register");
const { [done]: isDone } = globalThis as { [done]?: boolean };

if (isDone !== true) {
  Object.defineProperty(globalThis, done, { value: true });
  const { Bun: bun } = globalThis as { Bun?: BunHost };
  if (bun !== undefined) registerInBun(bun);
  else registerInNode();
}

/** Also in Deno, which has the same hooks. */
function registerInNode(): void {
  const { registerHooks } = module as { registerHooks?: RegisterHooks };
  if (registerHooks !== undefined) registerHooks({ load: loadSync });
  // Before Node 22.15, hooks of ES modules run in a thread of their own.
  else module.register(pathToFileURL(join(__dirname, "register-thread.js")));
  wrapRequire();
}
