import type ts from "typescript";
import { diagnosticMethods } from "./diagnostics";
import { createEditorProject, type EditorProject } from "./editor-project";
import { fixMethods } from "./fixes";
import { hoverMethods } from "./hover";
import { inlayHintMethods } from "./inlay-hints";
import { optionDiagnosticMethods } from "./option-diagnostics";

/** The projects that have been extended already: the server asks again each time it reads a tsconfig.json anew. */
const known = new WeakMap<ts.server.Project, EditorProject>();

/**
 * The plugin of the editor's language server: `"plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }]`.
 *
 * The package's root `main`, because the server resolves plugins without `exports`.
 *
 * @param modules the compiler of the server.
 * @returns what the server asks for: `create` adds diagnostics, fixes, hovers and inlay hints to the language service of
 *   a project.
 */
function plugin(modules: { readonly typescript: typeof ts }): ts.server.PluginModule {
  let project: EditorProject | undefined;
  let info: ts.server.PluginCreateInfo;
  return {
    create(created) {
      info = created;
      project = known.get(info.project);
      if (project !== undefined) {
        project.configure(info.config as object);
        return info.languageService;
      }
      project = createEditorProject(modules.typescript, info);
      known.set(info.project, project);
      return decorate(project);
    },
    onConfigurationChanged(config: unknown) {
      if (project === undefined || typeof config !== "object" || config === null) return;
      project.configure(config);
      info.project.refreshDiagnostics();
    },
  };
}

/** The language service with what this plugin adds. */
function decorate(project: EditorProject): ts.LanguageService {
  const { service } = project;
  const methods = Object.entries(service).map(([name, value]) => {
    return [name, typeof value === "function" ? value.bind(service) : value];
  });
  return {
    ...(Object.fromEntries(methods) as ts.LanguageService),
    ...diagnosticMethods(project),
    ...optionDiagnosticMethods(project),
    ...fixMethods(project),
    ...hoverMethods(project),
    ...inlayHintMethods(project),
  };
}

// `module.exports` itself: the server skips everything that is not a function.
export = plugin;
