import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Finding, Fix } from "../../transformer/diagnostics/finding.ts";
import { parseOptions } from "../../transformer/diagnostics/options.ts";
import { fixesOf } from "../../transformer/fixes/fixes-of.ts";
import { applyEdits } from "../../transformer/fixes/select-edits.ts";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";

const path = join(import.meta.dirname, "../../fixtures/hand-over.ts");
const options = parseOptions({}, () => {});

const head = `interface Db extends Disposable { read(): Promise<number> }
declare function open(): Db;
declare function connect(): Promise<Db & AsyncDisposable>;
`;

/** The libraries are parsed once. */
const libraries = new Map<string, ts.SourceFile | undefined>();

/** What is wrong with a text: for the compiler, which must not find an import that nobody uses, and for the rules. */
function look(text: string): { errors: string[]; findings: Finding[]; fixes: Fix[] } {
  const compilerOptions = {
    ...createCheckProgram([]).getCompilerOptions(),
    noUnusedLocals: true,
    verbatimModuleSyntax: true,
  };
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version) => {
    if (name === path) return ts.createSourceFile(name, text, version, true);
    if (!libraries.has(name)) libraries.set(name, getSourceFile.call(host, name, version));
    return libraries.get(name);
  };
  const { fileExists } = host;
  host.fileExists = (name) => name === path || fileExists.call(host, name);
  const program = ts.createProgram([path], compilerOptions, host);
  const sourceFile = program.getSourceFile(path)!;
  const findings = findingsOf(program, path);
  return {
    errors: program
      .getSemanticDiagnostics(sourceFile)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    findings,
    fixes: findings.flatMap((each) => fixesOf(ts, sourceFile, options, each)),
  };
}

const kept = `import { move, raii, type Resource } from "ts-raii";\n${head}`;
const returned = `import { raii } from "ts-raii";\n${head}`;

describe("a fix that hands a handle over compiles, and nothing is found after it", () => {
  it.each([
    [
      "of a function that says what it returns",
      `${returned}export function f(): Db { "use raii"; const db = raii(open()); return db; }`,
      `export function f(): Resource<Db> { "use raii"; const db = raii(open()); return move(db); }`,
    ],
    [
      "of an async function",
      `${returned}export async function f(): Promise<Db> { "use raii"; const db = raii(open()); return db; }`,
      `export async function f(): Promise<Resource<Db>> { "use raii"; const db = raii(open()); return move(db); }`,
    ],
    [
      "of what was acquired with await",
      `${returned}export async function f(): Promise<Db> { "use raii"; const db = await raii(connect()); return db; }`,
      `export async function f(): Promise<AsyncResource<Db>> { "use raii"; const db = await raii(connect()); return moveAsync(db); }`,
    ],
    [
      "of an arrow function whose type is inferred",
      `${returned}export const f = () => { "use raii"; const db = raii(open()); return db; };`,
      `export const f = () => { "use raii"; const db = raii(open()); return move(db); };`,
    ],
    [
      "by move, of what was acquired with await",
      `${kept}export async function f(): Promise<Resource<Db>> { "use raii"; const db = await raii(connect()); return move(db); }`,
      `export async function f(): Promise<AsyncResource<Db>> { "use raii"; const db = await raii(connect()); return moveAsync(db); }`,
    ],
    [
      "by move, beside others who need the same names",
      `${kept}export const g = (r: Resource<Db>) => { "use raii"; const db = raii(r); return move(db); };
export async function f(): Promise<Resource<Db>> { "use raii"; const db = await raii(connect()); return move(db); }`,
      `export async function f(): Promise<AsyncResource<Db>> { "use raii"; const db = await raii(connect()); return moveAsync(db); }`,
    ],
  ])("%s", (_, text, wanted) => {
    const { errors, fixes } = look(text);
    expect(errors).toEqual([]);
    expect(fixes).toHaveLength(1);
    const fixed = applyEdits(text, fixes[0]!.edits);
    expect(fixed).toContain(wanted);
    expect(look(fixed)).toEqual({ errors: [], findings: [], fixes: [] });
  });
});

describe("no fix is offered", () => {
  it.each([
    [
      "where a type that is written elsewhere says what is returned",
      `${returned}export const f: () => Db = () => { "use raii"; const db = raii(open()); return db; };`,
    ],
    [
      "where a variable wants a Resource",
      `${kept}export async function f() { "use raii"; const db = await raii(connect()); const r: Resource<Db> = move(db); return r; }`,
    ],
    [
      "where the function returns other things as well",
      `${returned}export function f(a: boolean): Db | number { "use raii"; const db = raii(open()); if (a) return 1; return db; }`,
    ],
    [
      "for native using",
      `export { raii } from "ts-raii";\n${head}export function f(): Db { using db = open(); return db; }`,
    ],
    [
      "that awaits a list",
      `${returned}export function f(ids: number[]) { "use raii"; const db = raii(open()); return ids.map(() => db.read()); }`,
    ],
  ])("%s", (_, text) => {
    const { findings, fixes } = look(text);
    expect(findings).not.toEqual([]);
    expect(fixes.filter(({ id }) => id !== "move-by-stack")).toEqual([]);
  });
});
