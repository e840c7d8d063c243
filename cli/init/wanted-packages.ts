import { isUsable, type TypeScriptSearch, versionOf } from "../../toolchain/load-typescript";
import { dependenciesOf, type Manifest } from "../../toolchain/manifest";
import type { Wanted } from "../project/package-manager";

/** What is there of a project, and what is needed. */
export interface Needs {
  /** The package.json of the project, and those around it. */
  readonly manifests: readonly Manifest[];
  readonly typescript: TypeScriptSearch;
  /** Whether ts-patch is installed. */
  readonly hasTsPatch: boolean;
  /** Whether a host is in use that ts-patch serves. */
  readonly needsTsPatch: boolean;
  /** The version of Node that the project is built with. */
  readonly node: string;
}

/** What a project is to install: what neither is there nor is asked for. */
export function wantedPackages({
  manifests,
  typescript,
  hasTsPatch,
  needsTsPatch,
  node,
}: Needs): readonly Wanted[] {
  const asked = Object.assign({}, ...manifests.map(dependenciesOf)) as Readonly<Record<string, string>>;
  const version = versionIn(manifests, typescript);
  const development: string[] = [];
  const isOther = Object.keys(asked).some((name) => /^@typescript\/typescript6$|^typescript-?6$/.test(name));
  if (version === undefined && typescript.usable === undefined) development.push("typescript@6");
  else if (needsTsPatch && !isUsable(version)) {
    // ts-patch patches what is called "typescript". TypeScript 7 keeps its command under another name.
    development.push("typescript@6");
    if (versionOf(version)[0] >= 7) development.push("@typescript/native@npm:typescript@7");
  } else if (typescript.usable === undefined && !isUsable(version) && !isOther)
    development.push("@typescript/typescript6");
  if (needsTsPatch && !hasTsPatch && asked["ts-patch"] === undefined)
    development.push(
      (versionOf(version)[0] === 5 && isUsable(version)) || isTooOld(node) ? "ts-patch@3.3" : "ts-patch@4",
    );
  return [
    { packages: asked["ts-raii"] === undefined ? ["ts-raii"] : [], isDev: false },
    { packages: development, isDev: true },
  ];
}

/** Whether a version of Node is one that ts-patch 4 does not run on: it asks for 22.15. */
function isTooOld(node: string): boolean {
  const [major, minor] = versionOf(node);
  return major < 22 || (major === 22 && minor < 15);
}

/** The version of TypeScript that is installed, or the least that is asked for where nothing is installed yet. */
export function versionIn(
  manifests: readonly Manifest[],
  { installed }: TypeScriptSearch,
): string | undefined {
  const asked = manifests.map((each) => dependenciesOf(each).typescript).find((each) => each !== undefined);
  return installed?.json.version ?? leastOf(asked);
}

/** The version that a range begins with: what is asked for, where nothing is installed yet. */
function leastOf(range: string | undefined): string | undefined {
  if (range === undefined) return undefined;
  return /\d+(?:\.\d+)*/.exec(range.replace(/^npm:[^@]*@/, ""))?.[0].replace(/^(\d+)$/, "$1.9") ?? "6.0";
}
