import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { bundle, kill } from "./child.ts";

let program: string | undefined;

/** A process that runs `lock-contender.ts`, as a test sees it. */
export class Contender {
  /** `"at …"`: in the middle of a call; else what it is or has come to. */
  said = "";
  private readonly answers: string[] = [];
  private heard: (() => void) | undefined;

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdio[4] as Readable }).on("line", (line) => {
      this.answers.push(line);
      this.heard?.();
    });
    child.once("exit", () => {
      this.answers.push("ended");
      this.heard?.();
    });
  }

  static async start(path: string, kind = "lockFile"): Promise<Contender> {
    program ??= bundle(readFileSync(new URL("lock-contender.ts", import.meta.url), "utf8"));
    const child = spawn(process.execPath, [program, path, kind], {
      stdio: ["ignore", "inherit", "inherit", "pipe", "pipe"],
    });
    const contender = new Contender(child);
    await contender.listen();
    return contender;
  }

  /** Begins to take or to release, up to the first call of the file system. */
  begin(what: "take" | "release"): Promise<string> {
    return this.tell(what === "take" ? "t" : "r");
  }

  get isBusy(): boolean {
    return this.said.startsWith("at ");
  }

  /** Makes the calls that it has come to, as many as are given, if there are so many. */
  async step(count = Infinity): Promise<string> {
    for (; count > 0 && this.isBusy; count--) await this.tell("g");
    return this.said;
  }

  /** @returns what it comes to. */
  async do(what: "take" | "release"): Promise<string> {
    await this.begin(what);
    return this.step();
  }

  kill(): Promise<void> {
    return kill(this.child);
  }

  get pid(): number {
    return this.child.pid!;
  }

  private tell(command: string): Promise<string> {
    (this.child.stdio[3] as Writable).write(command);
    return this.listen();
  }

  private async listen(): Promise<string> {
    while (this.answers.length === 0) await new Promise<void>((resolve) => (this.heard = resolve));
    return (this.said = this.answers.shift()!);
  }
}
