import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Location {
  readonly start: { readonly line?: number; readonly column?: number };
}

/** One file of what Istanbul's `json` reporter writes. */
interface FileCoverage {
  readonly statementMap: Record<string, Location>;
  readonly fnMap: Record<string, { readonly loc: Location }>;
  readonly branchMap: Record<
    string,
    { readonly type: string; readonly loc: Location; readonly locations: readonly Location[] }
  >;
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, readonly number[]>;
}

/** What has run, by lines of the source. How often is not in it: of a function we run two, one in the other. */
export interface Coverage {
  readonly lines: ReadonlyMap<number, "run" | "not run">;
  readonly functions: ReadonlyMap<number, readonly string[]>;
  readonly branches: ReadonlyMap<number, readonly string[]>;
}

const isRun = (count: number): "run" | "not run" => (count > 0 ? "run" : "not run");

/** Reads a report of c8 or vitest. */
export function readReport(folder: string, tool: string): (path: string) => Coverage {
  const report = JSON.parse(readFileSync(join(folder, "out", tool, "coverage-final.json"), "utf8")) as Record<
    string,
    FileCoverage
  >;
  return (path) => {
    const name = Object.keys(report).find((each) => each.replaceAll("\\", "/").endsWith(`/src/${path}.ts`));
    if (name === undefined) throw new Error(`${tool} says nothing of ${path}`);
    return readFile(report[name]!);
  };
}

function readFile({ statementMap, fnMap, branchMap, s, f, b }: FileCoverage): Coverage {
  const counts = new Map<number, number>();
  for (const [id, { start }] of Object.entries(statementMap))
    counts.set(start.line!, Math.max(counts.get(start.line!) ?? 0, s[id]!));
  const lines = new Map([...counts].map(([line, count]) => [line, isRun(count)] as const));
  const functions = new Map<number, Set<string>>();
  for (const [id, { loc }] of Object.entries(fnMap)) add(functions, loc.start.line!, isRun(f[id]!));
  const branches = new Map<number, Set<string>>();
  for (const [id, { type, loc }] of Object.entries(branchMap))
    add(branches, loc.start.line!, `${type}: ${b[id]!.map(isRun).join(", ")}`);
  return { lines, functions: sorted(functions), branches: sorted(branches) };
}

function add(sets: Map<number, Set<string>>, line: number, value: string): void {
  sets.set(line, (sets.get(line) ?? new Set()).add(value));
}

function sorted(sets: Map<number, Set<string>>): Map<number, string[]> {
  return new Map([...sets].map(([line, values]) => [line, [...values].sort()]));
}

/** Reads the lines of a report in the form of lcov. */
export function readLcov(text: string): (path: string) => ReadonlyMap<number, "run" | "not run"> {
  return (path) => {
    const section = text.split("end_of_record").find((each) => each.includes(`SF:src/${path}.ts\n`));
    if (section === undefined) throw new Error(`Node says nothing of ${path}`);
    const lines = [...section.matchAll(/^DA:(\d+),(\d+)$/gm)];
    return new Map(lines.map(([, line, count]) => [Number(line), isRun(Number(count))]));
  };
}
