import type { UnpluginContextMeta } from "unplugin";
import { originalReport } from "./original-place";
import { type Report, reportText, rollupLog } from "./report";

export interface Tellers {
  readonly warn: (context: any, report: Report) => void;
  readonly error: (context: any, report: Report) => void;
}

/** How a host is told of an error, which fails the build, and of a warning. */
export function tellers(framework: UnpluginContextMeta["framework"]): Tellers {
  switch (framework) {
    case "webpack":
    case "rspack":
      return {
        warn: (context, report) => context.warn(reportText(report)),
        error: (context, report) => context.error(reportText(report)),
      };
    case "farm": // takes only text, and unplugin hands it an Error
      return {
        warn: (context, report) => context.getNativeBuildContext().context.warn(reportText(report)),
        error: (_, report) => {
          throw new Error(reportText(report));
        },
      };
    default:
      return {
        warn: (context, report) => context.warn(rollupLog(placed(context, report))),
        error: (context, report) => context.error(rollupLog(placed(context, report))),
      };
  }
}

/** Vitest and the development server of Astro print the message of an error in a module, and not its place. */
function placed(context: any, report: Report): Report {
  const { mode, config } = context.environment ?? {};
  const isAstro =
    mode === "dev" && config.plugins.some(({ name }: { name: string }) => name === "astro:build");
  if (process.env["VITEST"] === undefined && !isAstro) return report;
  return { ...report, message: reportText({ ...report, frame: undefined }) };
}

/**
 * What is found in a text that other plugins have made, as the host is to be told of it. Vite's development server finds the
 * place in what people wrote by itself, and prints the frame as it is.
 */
export function fromMade(context: any, report: Report, text: string): Report {
  const original = originalReport(report, text, context.getCombinedSourcemap?.());
  if (context.environment?.mode !== "dev") return original;
  return { ...report, frame: original.frame };
}
