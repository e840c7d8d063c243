import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { compileLoaded } from "./compile-loaded";

/** The part of Bun that is needed. It has no hooks of Node's kind. */
export interface BunHost {
  plugin(plugin: { readonly name: string; setup(build: BunBuild): void }): unknown;
}

interface BunBuild {
  onLoad(
    filter: { readonly filter: RegExp },
    load: (module: { readonly path: string }) => { contents: string; loader: string },
  ): void;
}

/** Compiles what Bun loads. */
export function registerInBun(bun: BunHost): void {
  bun.plugin({
    name: "ts-raii",
    setup(build) {
      // Bun takes no "as it is" from a plugin, and takes what a plugin gives for an ES module. So what may be CommonJS is not
      // asked for.
      build.onLoad({ filter: /^(?!.*[\\/]node_modules[\\/]).*\.(?:m?tsx?|mjs|jsx)$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const contents = compileLoaded(path, () => text) ?? text;
        return { contents, loader: extname(path).replace(/^\.[cm]?/, "") };
      });
    },
  });
}
