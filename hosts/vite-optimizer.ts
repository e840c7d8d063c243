import { createHash } from "node:crypto";
import type { HostPlugin } from "./options";

/** The same plugin for each of the two bundlers that Vite's dependency optimizer has. */
interface Faces {
  readonly rolldown: () => readonly HostPlugin[];
  readonly esbuild: () => HostPlugin;
}

/**
 * Vite bundles dependencies before it serves them, and runs none of its plugins there. A dependency may be a linked package that
 * nobody has compiled, so the optimizer gets plugins of its own: rolldown's in Vite 8, esbuild's before it.
 *
 * @param cacheKey Vite keeps what it has bundled, and knows a plugin of the optimizer by its name alone.
 */
export function optimizerOptions(isRolldown: boolean, faces: Faces, cacheKey: string): object {
  const hash = createHash("sha256").update(cacheKey).digest("hex").slice(0, 16);
  const named = (plugin: HostPlugin): HostPlugin => ({ ...plugin, name: `${plugin.name}:${hash}` });
  return isRolldown
    ? { rolldownOptions: { plugins: faces.rolldown().map((each) => exceptInScanOfRolldown(named(each))) } }
    : { esbuildOptions: { plugins: [exceptInScanOfEsbuild(named(faces.esbuild()))] } };
}

/** Before it bundles, Vite looks through the program for what it imports, with the same plugins. Nothing of that is run. */
const isScanner = ({ name }: { readonly name: string }): boolean => name.startsWith("vite:dep-scan");

function exceptInScanOfRolldown(plugin: HostPlugin): HostPlugin {
  let isScan = false;
  const { transform } = plugin;
  return {
    ...plugin,
    buildStart({ plugins }: { readonly plugins: readonly HostPlugin[] }) {
      isScan = plugins.some(isScanner);
    },
    transform: {
      ...transform,
      handler(this: unknown, ...args: unknown[]): unknown {
        return isScan ? undefined : transform.handler.apply(this, args);
      },
    },
  };
}

function exceptInScanOfEsbuild(plugin: HostPlugin): HostPlugin {
  return {
    ...plugin,
    setup: (build: { readonly initialOptions: { readonly plugins?: readonly HostPlugin[] } }) =>
      build.initialOptions.plugins?.some(isScanner) === true ? undefined : plugin["setup"](build),
  };
}
