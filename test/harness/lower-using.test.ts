import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { lowerUsing } from "./lower-using.ts";
import { observeFixture } from "./observe-fixture.ts";
import { sayWithUsing } from "./using-oracle.ts";

/** What the standard says of each, tick for tick: one run of the body, its log in one line. */
const programs: Record<string, { readonly body: string; readonly log: string }> = {
  "one resource": { body: 'await using a = openAsync("a");', log: "+a -a ~ -a. ~ ~ resolved" },
  "a null alone is awaited": { body: 'await using a = null; log("body");', log: "body ~ ~ resolved" },
  "of many nulls one is awaited": {
    body: "await using a = null, b = undefined, c = null;",
    log: "~ ~ resolved",
  },
  "a null among others is not awaited": {
    body: 'await using a = null, b = openAsync("b"), c = null;',
    log: "+b -b ~ -b. ~ ~ resolved",
  },
  "a null is awaited before what is released synchronously": {
    body: 'using a = open("a"); await using b = null;',
    log: "+a ~ -a ~ resolved",
  },
  "a Disposable is awaited, its promise is not": {
    body: 'await using a = { [Symbol.dispose]() { log("-a"); return later(0, 9); } };',
    log: "-a ~ ~ resolved",
  },
  "what a Disposable throws is a rejection": {
    body: 'await using a = openFailing("a"), b = openFailing("b");',
    log: "+a +b -b ~ -a ~ ~ rejected Suppressed(Error: release a <- Error: release b)",
  },
  "what an AsyncDisposable throws at once is not awaited": {
    body: 'await using a = { [Symbol.asyncDispose]() { throw new Error("a"); } };',
    log: "~ rejected Error: a",
  },
  "errors are combined": {
    body: 'await using a = openAsyncFailing("a"), b = openAsyncFailing("b"); throw new Error("body");',
    log: "+a +b -b ~ -b. ~ -a ~ -a. ~ ~ rejected Suppressed(Error: release a <- Suppressed(Error: release b <- Error: body))",
  },
  "a loop's head": {
    body: 'loop: for (await using a = openAsync("a"); ; ) { await using b = openAsync("b"); break loop; }',
    log: "+a +b -b ~ -b. ~ -a ~ -a. ~ ~ resolved",
  },
  "for-of, each iteration": {
    body: 'for (await using a of [openAsync("a"), openAsync("b")]) for (await using c of [null]) a.use();',
    log: "+a +b use a ~ -a ~ -a. ~ use b ~ -b ~ -b. ~ ~ resolved",
  },
  "a value that cannot be disposed of": {
    body: 'await using a = openAsync("a"); try { await using b = {}; } catch (e) { log(e.name); }',
    log: "+a TypeError -a ~ -a. ~ ~ resolved",
  },
};

const sourceOf = (body: string): string =>
  `export default async function main({ open, openFailing, openAsync, openAsyncFailing, later, log }) { ${body} }`;
/** The log of an oracle with `await using` as it is, or written out. */
async function logOf(source: string, way: "native" | "written out"): Promise<string[]> {
  const target = way === "native" ? ts.ScriptTarget.ESNext : ts.ScriptTarget.ES2022;
  const text = way === "native" ? source : lowerUsing(source);
  return observeFixture(
    compile(text, { transform: false, compilerOptions: { target } }).code,
    "lower-using.js",
  );
}

describe("await using, written out for the oracles", () => {
  it.each(Object.entries(programs))("takes the standard's ticks: %s", async (_, { body, log }) => {
    const once = (await logOf(sourceOf(body), "written out")).join(" ").split(" again:")[0]!;
    expect(once.replace(" undefined", "")).toBe(log);
  });
});

const isNative = ((): boolean => {
  try {
    new Function("async () => { await using x = null; }");
    return true;
  } catch {
    return false; // Node 22 and before
  }
})();

/** V8 (Node 24 and 26) calls a method that threw a second time when it has awaited for a null: the standard does not. */
const engineErrs = new Set(["ticks/throwing-after-a-null.ts"]);

describe.runIf(isNative)("await using, written out, is what the engine does", () => {
  const root = join(import.meta.dirname, "../../fixtures/exec");
  const oracles = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.includes("/") && path.endsWith(".ts") && !path.endsWith(".oracle.ts"))
    .filter((path) => !engineErrs.has(path))
    .flatMap((path) => {
      const byHand = join(root, path.replace(/\.ts$/, ".oracle.ts"));
      const said = sayWithUsing(readFileSync(join(root, path), "utf8"));
      const text = existsSync(byHand) ? readFileSync(byHand, "utf8") : "text" in said ? said.text : "";
      // Decorators are not in the engines yet, and TypeScript leaves them as they are where it leaves `using`.
      return /^ *(for \()?await using /m.test(text) && !/^ *@\w+$/m.test(text) ? [[path, text] as const] : [];
    });
  it("is compared on many oracles", () => expect(oracles.length).toBeGreaterThan(50));
  it.each(oracles)("%s", async (_, text) => {
    expect(await logOf(text, "written out")).toEqual(await logOf(text, "native"));
  });
  it.each(Object.entries(programs))("%s", async (_, { body }) => {
    expect(await logOf(sourceOf(body), "written out")).toEqual(await logOf(sourceOf(body), "native"));
  });
});
