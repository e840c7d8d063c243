import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  allGeneratedPositionsFor,
  eachMapping,
  generatedPositionFor,
  GREATEST_LOWER_BOUND,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
} from "@jridgewell/trace-mapping";
import { Protocol } from "./protocol.ts";

/** Which debugger the client behaves as. */
export type Client = "VS Code" | "Chrome";

export type StepKind = "over" | "into" | "out";

interface Script {
  readonly id: string;
  readonly url: string;
  readonly map: TraceMap | undefined;
}

export interface Frame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly scopeChain: readonly Scope[];
  readonly this: RemoteValue;
}

export interface Scope {
  readonly type: string;
  readonly object: { readonly objectId: string };
}

interface RemoteValue {
  readonly type: string;
  readonly value?: unknown;
  readonly description?: string;
}

export interface Pause {
  readonly callFrames: readonly Frame[];
  readonly reason: string;
  readonly hitBreakpoints?: readonly string[];
}

/** Where a debugger shows that the program stands. Lines count from 1. `line` is undefined in code that no source has. */
export interface Place {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

// What VS Code skips with skipFiles: ["<node_internals>/**", "**/node_modules/ts-raii/**"]. The tests load it from `dist`.
const skipped = /^node:|\/dist\/runtime\//;

/** How often smart stepping steps by itself. VS Code steps out after as many steps. */
const smartSteps = 256;

/**
 * A debugger on top of the protocol. It sets breakpoints by the lines of the sources, shows these, and steps through what
 * is on no line of theirs, as the two debuggers do that most people use:
 *
 * - VS Code has `smartStep`: where a step ends at a place that the source map leaves out, it steps on. It skips the scripts
 *   that `skipFiles` names.
 * - Chrome skips the sources of the map's `ignoreList`, and steps on while the place in the source remains the same.
 */
export class Debugger {
  private readonly scripts = new Map<string, Script>();
  private readonly parsed: Promise<void>[] = [];
  /** The stop that nobody has taken yet: the program stands still until it is told to go on. */
  private pause: Pause | undefined;
  private onPaused = (): void => {};
  /** What `console.log` has printed: logpoints print so. */
  readonly printed: string[] = [];

  private constructor(
    private readonly protocol: Protocol,
    private readonly client: Client,
    private readonly read: (url: string) => Promise<string> | string,
  ) {
    protocol.listen(({ method, params }) => {
      if (method === "Debugger.scriptParsed") this.parsed.push(this.addScript(params));
      if (method === "Runtime.consoleAPICalled")
        this.printed.push(params.args.map(({ value }: RemoteValue) => String(value)).join(" "));
      if (method === "Debugger.paused") {
        this.pause = params;
        this.onPaused();
      }
    });
  }

  /** @param read gets the text of a script's map. */
  static async attach(
    url: string,
    client: Client,
    read: (url: string) => Promise<string> | string = (each) => readFileSync(fileURLToPath(each), "utf8"),
  ): Promise<Debugger> {
    const protocol = await Protocol.connect(url);
    const session = new Debugger(protocol, client, read);
    await protocol.send("Runtime.enable");
    await protocol.send("Debugger.enable");
    // No asynchronous call stacks: with them Node steps through its own hooks, for seconds, and ends at the same places.
    // Both skip Node's own code. In VS Code it is skipFiles: ["<node_internals>/**", "**/node_modules/ts-raii/**"].
    const patterns = client === "Chrome" ? ["^node:"] : [skipped.source];
    await protocol.send("Debugger.setBlackboxPatterns", { patterns });
    return session;
  }

  send(method: string, params?: object): Promise<any> {
    return this.protocol.send(method, params);
  }

  close(): void {
    this.protocol.close();
  }

  private async addScript({ scriptId, url, sourceMapURL }: Record<string, string>): Promise<void> {
    let map: TraceMap | undefined;
    if (sourceMapURL !== "" && url !== "") {
      const text = await this.read(new URL(sourceMapURL!, url).href);
      map = new TraceMap(text);
      const { ignoreList = [], sources } = JSON.parse(text);
      if (this.client === "Chrome" && ignoreList.length === sources.length) {
        const positions = [{ lineNumber: 0, columnNumber: 0 }];
        await this.protocol.send("Debugger.setBlackboxedRanges", { scriptId, positions });
      }
    }
    this.scripts.set(scriptId!, { id: scriptId!, url: url!, map });
  }

  /** Waits until the maps of all scripts are there, as a debugger does before it runs the program. */
  async ready(): Promise<void> {
    await Promise.all(this.parsed);
  }

  private scriptOf(path: string): Script {
    for (const script of this.scripts.values()) if (script.url.endsWith(path)) return script;
    throw new Error(
      `no script ends with ${path}: ${[...this.scripts.values()].map(({ url }) => url).join(", ")}`,
    );
  }

  /**
   * Sets a breakpoint on a line of a source.
   *
   * @param path what the URL of its script ends with.
   * @returns the breakpoint, and the line of the source where V8 has put it.
   */
  async setBreakpoint(
    path: string,
    line: number,
    condition?: string,
  ): Promise<{ id: string; line: number | undefined }> {
    const script = this.scriptOf(path);
    const position = this.generatedPosition(script.map!, line);
    const { breakpointId, actualLocation } = await this.send("Debugger.setBreakpoint", {
      location: { scriptId: script.id, lineNumber: position.line - 1, columnNumber: position.column },
      ...(condition !== undefined && { condition }),
    });
    return { id: breakpointId, line: this.placeOf(actualLocation).line };
  }

  removeBreakpoint({ id }: { id: string }): Promise<void> {
    return this.send("Debugger.removeBreakpoint", { breakpointId: id });
  }

  /** Where in the script a breakpoint on a line of the source is set. */
  private generatedPosition(map: TraceMap, line: number): { line: number; column: number } {
    const source = map.sources[0]!;
    if (this.client === "Chrome") {
      // The first mapping of the line, or of the next one that has any; of those with one place in the source, the first.
      const all: [number, number, number, number][] = [];
      eachMapping(map, ({ originalLine, originalColumn, generatedLine, generatedColumn }) => {
        if (originalLine !== null && originalLine >= line)
          all.push([originalLine, originalColumn, generatedLine, generatedColumn]);
      });
      const [first] = all.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]);
      return { line: first![2], column: first![3] };
    }
    const variance = (position: { line: number | null; column: number | null }): number => {
      if (position.line === null || position.column === null) return Infinity;
      const original = originalPositionFor(map, { line: position.line, column: position.column });
      return original.line === null ? Infinity : Math.abs(line - original.line);
    };
    const needle = { source, line, column: 0 };
    const previous = generatedPositionFor(map, { ...needle, bias: GREATEST_LOWER_BOUND });
    const candidates = [...allGeneratedPositionsFor(map, needle), previous]
      .filter((each): each is { line: number; column: number; lastColumn: null } => each.line !== null)
      .map((position) => ({ position, variance: variance(position) }))
      .sort(
        (a, b) =>
          a.variance - b.variance ||
          a.position.line - b.position.line ||
          a.position.column - b.position.column,
      );
    return candidates[0]!.position;
  }

  placeOf({
    scriptId,
    lineNumber,
    columnNumber = 0,
  }: {
    scriptId: string;
    lineNumber: number;
    columnNumber?: number;
  }): Place {
    const script = this.scripts.get(scriptId);
    const file = script?.url ?? "";
    const at = { line: lineNumber + 1, column: columnNumber };
    if (script?.map === undefined) return { file, ...at };
    const lower = originalPositionFor(script.map, at);
    const { line, column } =
      lower.line === null && this.client === "VS Code"
        ? originalPositionFor(script.map, { ...at, bias: LEAST_UPPER_BOUND })
        : lower;
    return { file, line: line ?? undefined, column: column ?? undefined };
  }

  /**
   * Runs an expression with breakpoints set.
   *
   * @param onPause is called for each stop, and says how to go on.
   * @returns what the expression has given, awaited.
   */
  async run(expression: string, onPause: (pause: Pause) => Promise<"resume" | StepKind>): Promise<unknown> {
    const evaluated = this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const ended = evaluated.then(
      () => {},
      () => {},
    );
    let pause = await this.nextPause(ended);
    for (let skipped = 0; pause !== undefined;) {
      const kind = await onPause(pause);
      if (kind === "resume") pause = await this.go("resume", ended);
      else {
        do pause = await this.go(skipped > smartSteps ? "out" : kind, ended, pause);
        while (pause !== undefined && this.stepsOn(pause) && skipped++ < 2 * smartSteps);
        skipped = 0;
      }
    }
    await this.endStep();
    const { result, exceptionDetails } = await evaluated;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Ends a step that V8 has lost: it would stop what runs next. */
  private async endStep(): Promise<void> {
    await this.send("Debugger.setSkipAllPauses", { skip: true });
    if (this.pause !== undefined) await this.send("Debugger.resume");
    const expression = "new Promise((resolve) => setTimeout(resolve))";
    await this.send("Runtime.evaluate", { expression, awaitPromise: true });
    await this.send("Debugger.setSkipAllPauses", { skip: false });
    this.pause = undefined;
  }

  private stepsOn(pause: Pause): boolean {
    if (this.client === "Chrome" || (pause.hitBreakpoints?.length ?? 0) > 0) return false;
    const { location } = pause.callFrames[0]!;
    const script = this.scripts.get(location.scriptId);
    if (script === undefined) return false;
    if (skipped.test(script.url)) return true; // Node 20 stops in its own hooks of promises
    return script.map !== undefined && this.placeOf(location).line === undefined;
  }

  private async go(
    kind: "resume" | StepKind,
    ended: Promise<void>,
    from?: Pause,
  ): Promise<Pause | undefined> {
    const method = { resume: "resume", over: "stepOver", into: "stepInto", out: "stepOut" }[kind];
    const skipList =
      from !== undefined && this.client === "Chrome" && kind !== "out" ? this.samePlace(from) : [];
    await this.send(`Debugger.${method}`, skipList.length > 0 ? { skipList } : {});
    return this.nextPause(ended);
  }

  /** The range of the script around a stop that has one place in the source: Chrome steps over all of it. */
  private samePlace(pause: Pause): object[] {
    const { location } = pause.callFrames[0]!;
    const script = this.scripts.get(location.scriptId);
    if (script?.map === undefined) return [];
    const here = this.placeOf(location);
    if (here.line === undefined) return [];
    const mappings: [number, number, boolean][] = [];
    eachMapping(script.map, ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
      mappings.push([
        generatedLine - 1,
        generatedColumn,
        originalLine === here.line && originalColumn === here.column,
      ]);
    });
    const isAfter = ([line, column]: readonly [number, number, boolean]): boolean =>
      line > location.lineNumber || (line === location.lineNumber && column > location.columnNumber);
    const index = mappings.findIndex(isAfter);
    const start = mappings[(index < 0 ? mappings.length : index) - 1];
    const end = index < 0 ? undefined : mappings[index];
    if (start === undefined || end === undefined || !start[2]) return [];
    const { scriptId } = location;
    return [
      {
        scriptId,
        start: { lineNumber: start[0], columnNumber: start[1] },
        end: { lineNumber: end[0], columnNumber: end[1] },
      },
    ];
  }

  private async nextPause(ended: Promise<void>): Promise<Pause | undefined> {
    if (this.pause === undefined)
      await Promise.race([new Promise<void>((resolve) => (this.onPaused = resolve)), ended]);
    const { pause } = this;
    this.pause = undefined;
    return pause;
  }
}
