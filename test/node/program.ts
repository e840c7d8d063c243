import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { compile } from "../harness/compile.ts";

const root = join(import.meta.dirname, "../..");

/** A program that runs in a process of its own. */
export interface RunningProgram {
  readonly pid: number;
  /** All that it has printed so far, on both. */
  readonly output: () => string;
  /** Fulfilled when it has printed a line, and rejected if it ends without. */
  prints(line: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
}

/** Compiles programs that use `ts-raii` and `ts-raii/node` of this repository, and runs them. */
export class Programs implements Disposable {
  private readonly folder = mkdtempSync(join(tmpdir(), "ts-raii-programs-"));
  private count = 0;

  /** @param source an annotated module. @returns the path of what it compiles to, which needs nothing else. */
  async compile(source: string): Promise<string> {
    const { code, diagnostics } = compile(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
    if (diagnostics.length > 0) throw new Error(String(diagnostics[0]?.messageText));
    const outfile = join(this.folder, `program-${this.count++}.mjs`);
    await build({
      stdin: { contents: code, resolveDir: root },
      alias: {
        "ts-raii/node": join(root, "runtime/node/index.ts"),
        "ts-raii": join(root, "runtime/index.ts"),
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "error",
    });
    return outfile;
  }

  start(path: string): RunningProgram {
    const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const waiting = new Set<() => void>();
    for (const each of [child.stdout, child.stderr]) {
      each.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        waiting.forEach((check) => check());
      });
    }
    const ended = new Promise<Awaited<RunningProgram["ended"]>>((resolve) => {
      child.on("close", (code, signal) => resolve({ code, signal, output }));
    });
    return {
      pid: child.pid!,
      output: () => output,
      prints: (line) =>
        new Promise((resolve, reject) => {
          const check = (): void => void (output.split("\n").includes(line) && resolve());
          waiting.add(check);
          check();
          void ended.then(() => reject(new Error(`it ended without ${line}:\n${output}`)));
        }),
      kill: (signal) => void child.kill(signal),
      ended,
    };
  }

  async run(source: string): Promise<Awaited<RunningProgram["ended"]>> {
    return this.start(await this.compile(source)).ended;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
