// What may suppress is known by the declarations of the package, and by those that users publish: no source is in sight.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, it, onTestFinished } from "vitest";
import { createCheckProgram, findingsOf } from "../harness/check-program.ts";

const paths = {
  "ts-raii": [join(import.meta.dirname, "../../dist/runtime/esm/index.d.ts")],
};

const library = `
import { type Acquisition, all, map, nullContext, Resource, reentrant, suppress, type Suppressing } from "ts-raii";

export const ignoring = (code: string) => suppress(code);
export const both = () => all([suppress(RangeError), nullContext(1)]);
export const record = () => all({ quiet: suppress(RangeError), one: nullContext(1) });
export const named = () => map(suppress(RangeError), () => "a");
export const again = reentrant(suppress(RangeError));
export class Quietly implements Resource<string>, Suppressing {
  declare readonly [Resource.suppresses]?: true;
  [Resource.acquire](): Acquisition<string> {
    return { handle: "a", release: (exit) => exit.kind === "failed" && exit.suppress() };
  }
}

export const one = () => all([nullContext(1), nullContext("a")]);
export const plain = () => map(nullContext(1), String);
export class Loudly implements Resource<string> {
  [Resource.acquire](): Acquisition<string> {
    return { handle: "a", release: () => {} };
  }
}
`;

const user = `
import { raii } from "ts-raii";
import { again, both, ignoring, Loudly, named, one, plain, Quietly, record } from "./library";

const read = (text: string): number => JSON.parse(text) as number;
${[
  ...["ignoring('a')", "both()", "record()", "named()", "again", "new Quietly()"],
  ...["one()", "plain()", "new Loudly()"],
]
  .map(
    (made, index) =>
      `export function f${index}(text: string): number { "use raii"; raii(${made}); return read(text); }`,
  )
  .join("\n")}
`;

it("is found by declarations alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "declared-suppression-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const source = join(folder, "source.ts");
  writeFileSync(source, library);
  const compiled = createCheckProgram([source], ts, { declaration: true });
  const options = { ...compiled.getCompilerOptions(), paths, noEmit: false };
  const program = ts.createProgram({ rootNames: [source], options });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
  program.emit(undefined, (_, text) => writeFileSync(join(folder, "library.d.ts"), text), undefined, true);
  expect(readFileSync(join(folder, "library.d.ts"), "utf8")).toContain("Suppressing");

  const path = join(folder, "user.ts");
  writeFileSync(path, user);
  const using = ts.createProgram({ rootNames: [path], options });
  expect(ts.getPreEmitDiagnostics(using).map(({ messageText }) => messageText)).toEqual([]);
  const names = findingsOf(using, path).map(({ key, args }) => [key, args![0]]);
  expect(names).toEqual(
    ["ignoring('a')", "both()", "record()", "named()", "again", "new Quietly()"].map((made) => [
      "suppression",
      `"raii(${made})"`,
    ]),
  );
});
