import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { compile } from "../harness/compile.ts";
import { type Client, Debugger, type StepKind } from "./debugger.ts";
import { type Shape, sourceOf, type Variant, variants } from "./shapes.ts";

const root = join(import.meta.dirname, "../..");

/** The name of a shape's file. */
export const fileOf = (name: string, variant: Variant): string =>
  `${variant}/${name}`.replace(/[^a-z/]+/g, "-");

/**
 * Writes every shape in every variant, compiled to ES modules with source maps, and a module `main.js` that imports all. It is
 * inside the package, so that `import "ts-raii"` finds the package itself.
 *
 * @returns the folder.
 */
export function writeShapes(name: string, shapes: readonly Shape[]): string {
  const folder = join(root, ".tmp", name);
  rmSync(folder, { recursive: true, force: true });
  const entries: string[] = [];
  for (const variant of variants) {
    for (const shape of shapes) {
      const source = sourceOf(shape, variant);
      const file = fileOf(shape.name, variant);
      const { code, map } = compile(source, {
        ...(variant === "by hand" ? { transform: false } : { lowering: variant }),
        fileName: `${file.split("/")[1]}.ts`,
        compilerOptions: { module: ts.ModuleKind.ESNext },
      });
      mkdirSync(join(folder, file, ".."), { recursive: true });
      writeFileSync(join(folder, `${file}.ts`), source);
      writeFileSync(join(folder, `${file}.js`), code);
      writeFileSync(join(folder, `${file}.js.map`), map!);
      entries.push(`  ${JSON.stringify(file)}: await import("./${file}.js"),`);
    }
  }
  const main = ["globalThis.subjects = {", ...entries, "};", "globalThis.isLoaded = true;"];
  writeFileSync(join(folder, "main.js"), `${main.join("\n")}\n`);
  return folder;
}

/** Starts Node, with an inspector, on `main.js` of a folder. It stays until it is ended. */
export async function startNode(folder: string): Promise<{ url: string; end: () => void }> {
  const args = [join(import.meta.dirname, "inspected.mjs"), join(folder, "main.js")];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
        const [found] = /ws:\S+/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
    child.once("exit", () => reject(new Error(`Node has ended:\n${text}`)));
  });
  return { url, end: () => child.kill("SIGKILL") };
}

export interface NodeUnderDebugger {
  readonly debugger: Debugger;
  /**
   * Runs `call` of a shape, with a breakpoint that is taken away when it is hit.
   *
   * @param next says how to go on at the first stop, the second, and so on.
   * @returns the lines of the stops that are in the file of the shape.
   */
  stops(
    shape: Shape,
    variant: Variant,
    line: number,
    next: (count: number) => StepKind | "resume",
  ): Promise<number[]>;
  end(): void;
}

/** No function of the shapes has as many stops. */
const mostStops = 200;

/** Starts Node on the shapes, under a debugger. */
export async function debugNode(
  name: string,
  shapes: readonly Shape[],
  client: Client,
): Promise<NodeUnderDebugger> {
  const { url, end } = await startNode(writeShapes(name, shapes));
  const session = await Debugger.attach(url, client);
  await session.ready();
  return {
    debugger: session,
    async stops(shape, variant, line, next) {
      const file = fileOf(shape.name, variant);
      const breakpoint = await session.setBreakpoint(`/${file}.js`, line);
      const lines: number[] = [];
      let count = 0;
      await session.run(`subjects[${JSON.stringify(file)}].call()`, async ({ callFrames: [frame] }) => {
        if (count++ === 0) await session.removeBreakpoint(breakpoint);
        const place = session.placeOf(frame!.location);
        // Where the step has left the file, it is in the expression that has called the function.
        if (!place.file.endsWith(`/${file}.js`) || count > mostStops) return "resume";
        lines.push(place.line ?? 0);
        return next(count);
      });
      if (count === 0) await session.removeBreakpoint(breakpoint);
      return lines;
    },
    end() {
      session.close();
      end();
    },
  };
}
