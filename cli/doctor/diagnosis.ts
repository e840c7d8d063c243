import type ts from "typescript";
import type { TypeScriptSearch } from "../../toolchain/load-typescript";
import type { Manifest } from "../../toolchain/manifest";
import type { Recognized } from "../project/recognize";
import type { Project } from "../read-project";

/** What a check has found: as it should be, worth a look, or in the way. */
export interface Diagnosis {
  /** Which check; stable. */
  readonly id: string;
  readonly status: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to change, or to know. */
  readonly advice?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly cwd: string;
  /** Its tsconfig.json or jsconfig.json; `undefined` where there is none. */
  readonly configPath: string | undefined;
  /** The folder of that, or of the package.json. */
  readonly folder: string;
  readonly typescript: TypeScriptSearch;
  readonly tsPatch: Manifest | undefined;
  /** The package.json files around, the nearest first. */
  readonly manifests: readonly Manifest[];
  /** With those it references; `undefined` where there is no TypeScript to read them with. */
  readonly projects: readonly Project[] | undefined;
  readonly compiler: typeof ts | undefined;
  /** The hosts that compile the code. */
  readonly hosts: readonly Recognized[];
  /** Whether the plugin of tsconfig.json compiles it: by `tspc`, or where a host takes the compiler of ts-patch. */
  readonly usesCompiler: boolean;
}
