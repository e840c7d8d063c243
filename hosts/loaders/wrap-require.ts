import fs from "node:fs";
import module from "node:module";
import { compileLoaded } from "./compile-loaded";

/** The part of CommonJS modules that is not in the types of Node. */
interface CommonJsLoader {
  load(this: NodeJS.Module, filename: string): void;
}

/** The texts of modules that are being loaded and were not read yet. */
const texts = new Map<string, string>();

/**
 * Compiles what `require` loads. Each tool that strips types there reads the file itself, in its handler for the extension, and
 * they replace each other's. So the text is changed where it is read.
 */
export function wrapRequire(): void {
  const loader = module.prototype as unknown as CommonJsLoader;
  const { load } = loader;
  loader.load = function (this: NodeJS.Module, filename: string): void {
    const path = filename.replace(/\?.*$/s, ""); // tsx puts a query behind it
    const text = compileLoaded(path, () => readText(path));
    if (text === undefined) return load.call(this, filename);
    texts.set(path, text);
    replaceRead();
    try {
      load.call(this, filename);
    } finally {
      forget(path);
    }
  };
}

const original = fs.readFileSync;

/** What cannot be read is left to Node, which says so. */
function readText(path: string): string {
  try {
    return original(path, "utf8");
  } catch {
    return "";
  }
}

function replaceRead(): void {
  if (fs.readFileSync === original) fs.readFileSync = readFileSync as typeof original;
}

function forget(path: string): void {
  texts.delete(path);
  if (texts.size === 0 && fs.readFileSync === (readFileSync as typeof original)) fs.readFileSync = original;
}

function readFileSync(...args: Parameters<typeof original>): string | Buffer {
  const [path, options] = args;
  const text = typeof path === "string" ? texts.get(path) : undefined;
  if (text === undefined) return original(...args);
  forget(path as string);
  const encoding = typeof options === "string" ? options : options?.encoding;
  return encoding === undefined || encoding === null ? Buffer.from(text) : text;
}
