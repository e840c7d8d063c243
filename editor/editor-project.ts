import type ts from "typescript";
import type { Finding } from "../transformer/diagnostics/finding";
import { type Options, parseOptions } from "../transformer/diagnostics/options";

/** One project that is open in the editor, as all faces of the plugin see it. */
export interface EditorProject {
  /** The compiler of the server: nodes of two compilers do not mix. */
  readonly tsInstance: typeof ts;
  /** The language service before this plugin. */
  readonly service: ts.LanguageService;
  readonly options: Options;
  /** What is to be said of the options themselves. */
  readonly optionFindings: readonly Finding[];
  /** False once the plugin has been taken out of the project's configuration; the server does not undo what it adds. */
  readonly isActive: boolean;
  /** Takes other options. @param config the entry in tsconfig.json, or what the editor's settings put over it. */
  configure(config: object): void;
  /** Writes to the server's log. */
  log(error: unknown): void;
}

/** Makes what is known of a project from what the server hands over. */
export function createEditorProject(tsInstance: typeof ts, info: ts.server.PluginCreateInfo): EditorProject {
  let options: Options;
  let optionFindings: readonly Finding[];
  const { name } = info.config as { readonly name?: string };
  // Where an extension of the editor brings the plugin, no tsconfig.json lists it.
  const wasListed = listed() !== undefined;
  configure(info.config as object);
  return {
    tsInstance,
    service: info.languageService,
    get options() {
      return options;
    },
    get optionFindings() {
      return optionFindings;
    },
    get isActive() {
      return !wasListed || listed() !== undefined;
    },
    configure,
    log,
  };

  function configure(config: object): void {
    const findings: Finding[] = [];
    // The settings of the editor come instead of the entry and not over it, once the server has read that anew.
    options = parseOptions({ ...listed(), ...config }, (finding) => findings.push(finding));
    optionFindings = findings;
  }

  /** The plugin's entry in tsconfig.json as it is now. */
  function listed(): object | undefined {
    const { plugins } = info.project.getCompilerOptions() as { plugins?: readonly { name?: string }[] };
    return plugins?.find((plugin) => plugin.name === name);
  }

  function log(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    info.project.projectService.logger.info(`ts-raii: ${text}`);
  }
}
