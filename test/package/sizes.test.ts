import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, it } from "vitest";
import { expectFile } from "../harness/expect-file.ts";

const root = join(import.meta.dirname, "../..");
const require = createRequire(join(root, "examples/package.json"));
const entries = ["ts-raii", "ts-raii/node", "ts-raii/database"];
/** What emitted code imports under other names; measured by the package's own tests. */
const isPublic = (name: string): boolean =>
  !["AsyncDriver", "AsyncIteration", "AsyncScope", "leave", "request", "wait"].includes(name);

/** The bytes, minified and gzipped, that one import brings; `*` imports the whole entry. */
async function sizeOf(name: string, entry: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import ${name === "*" ? "* as kept" : `{ ${name} as kept }`} from "${entry}"; globalThis.kept = kept;`,
      resolveDir: join(root, "examples"),
    },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

describe("what each export brings into a bundle", () => {
  const file = join(import.meta.dirname, "sizes.txt");

  it("is at most what is written down, so that one that drags in others is noticed", async () => {
    const sizes: [name: string, bytes: number][] = [];
    for (const entry of entries) {
      for (const name of Object.keys(require(entry) as object)
        .filter(isPublic)
        .sort())
        sizes.push([`${entry} ${name}`, await sizeOf(name, entry)]);
      sizes.push([`${entry} *`, await sizeOf("*", entry)]);
    }
    // In steps, as other versions of zlib differ by a few bytes.
    const written = new Map<string, number>();
    for (const line of existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []) {
      const [, name, limit] = /^(.+) (\d+)$/.exec(line)!;
      written.set(name!, Number(limit));
    }
    const lines = sizes.map(([name, bytes]) => {
      const limit = written.get(name);
      const holds = limit !== undefined && bytes <= limit && bytes > limit - 100;
      return `${name} ${holds ? limit : Math.ceil((bytes + 20) / 50) * 50}\n`;
    });
    expectFile(file, lines.join(""));
  });
});
