import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { afterEach, describe, expect, it } from "vitest";
import { type Toolchain, toolchains } from "../package/consumer.ts";
import { createEditorHome, type EditorHome, tsconfig } from "./editor-home.ts";
import { TsServer } from "./tsserver.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/error");
const sources = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("input.ts") || name.endsWith("legal.ts"))
  .sort();
const config = tsconfig({ inlayHints: true }, { lib: ["es2023", "esnext.disposable"], types: [] });

describe.each(Object.keys(toolchains) as Toolchain[])("whatever happens, %s", (toolchain) => {
  let server: TsServer | undefined;
  afterEach(() => server?.stop());

  function start(name: string): { editor: EditorHome; server: TsServer } {
    const editor = createEditorHome(name, toolchain);
    editor.write("tsconfig.json", config);
    server = new TsServer(editor.home);
    return { editor, server };
  }

  /** Asks for everything the plugin adds to. A request that fails throws. */
  async function askAll(of: TsServer, file: string, length: number) {
    const diagnostics = await of.diagnostics(file);
    const hints = await of.request<ts.server.protocol.InlayHintItem[]>("provideInlayHints", {
      file,
      start: 0,
      length,
    });
    const place = { line: 1, offset: 12 };
    const info = await of.request<ts.server.protocol.QuickInfoResponseBody | undefined>("quickinfo", {
      file,
      ...place,
    });
    const [first] = diagnostics;
    const fixes = await of.request<ts.server.protocol.CodeFixAction[]>("getCodeFixes", {
      file,
      startLine: first?.start.line ?? 1,
      startOffset: first?.start.offset ?? 1,
      endLine: first?.end.line ?? 1,
      endOffset: first?.end.offset ?? 1,
      errorCodes: [first?.code ?? 100001],
    });
    return { diagnostics, hints, info, fixes };
  }

  /** Makes a function of the installed plugin throw. @param head how its code begins, once in the whole file. */
  function inject({ home }: EditorHome, head: RegExp): void {
    const path = join(home, "node_modules/ts-raii/dist/transformer/shared.js");
    const code = readFileSync(path, "utf8");
    expect(code.match(new RegExp(head.source, "gm"))).toHaveLength(1);
    writeFileSync(
      path,
      code.replace(head, (start) => `${start} throw new Error("injected");`),
    );
  }

  const text = `import { raii } from "ts-raii";
declare const lock: Disposable;
export const wrong: number = "text";
export function f(): void {
  raii(lock);
}
`;

  it("gives what the server had when an error is injected into the plugin, and logs it", async () => {
    const { editor, server } = start("injected");
    inject(editor, /^function analyzeSourceFile\(.*\{$/m);
    const file = editor.write("main.ts", text);
    server.open(file);
    const { diagnostics, hints, info, fixes } = await askAll(server, file, text.length);
    expect(diagnostics.map(({ code }) => code)).toEqual([2322]);
    expect(hints).toEqual([]);
    expect(info?.displayString).toContain("raii");
    expect(fixes).toEqual([]);
    const combined = await server.request("getCombinedCodeFix", {
      scope: { type: "file", args: { file } },
      fixId: "ts-raii:add-directive",
    });
    expect(combined).toMatchObject({ changes: [] });
    expect(server.log()).toContain("ts-raii: Error: injected");
  });

  it("keeps the findings of the other rules when one rule fails, and logs it", async () => {
    const { editor, server } = start("injected-rule");
    inject(editor, /const escape = \{\s+reports: \["escape"\],\s+check\(file\) \{/);
    const file = editor.write("main.ts", text);
    server.open(file);
    const { diagnostics, fixes } = await askAll(server, file, text.length);
    expect(diagnostics.map(({ code }) => code)).toEqual([2322, 100001]);
    expect(fixes).toEqual([]);
    expect(server.log()).toContain("ts-raii: Error: injected");
  });

  it("takes every fixture cut off at each 50th character", { timeout: 300_000 }, async () => {
    const { editor, server } = start("truncated");
    const file = editor.write("main.ts", "");
    let cuts = 0;
    for (const source of sources) {
      const whole = readFileSync(join(fixtures, source), "utf8");
      for (let end = 50; end < whole.length; end += 50, cuts++) {
        server.open(file, whole.slice(0, end));
        await askAll(server, file, end);
      }
    }
    expect(cuts).toBeGreaterThan(400);
    expect(server.log()).not.toContain("ts-raii: ");
  });

  it("takes a file of 50,000 lines, and one without the import", { timeout: 300_000 }, async () => {
    const { editor, server } = start("long");
    const one = (index: number) => `export function f${index}(names: string[]): number {
  "use raii";
  const a = raii(lock);
  for (const name of names) {
    const b = raii(open(name));
    b.use(a);
  }
  ${index % 1000 === 0 ? "return raii(open(names[0]!)) as never;" : "return names.length;"}
}

`;
    const head = `import { raii } from "ts-raii";
declare const lock: Disposable;
declare function open(name: string): Disposable & { use(other: unknown): void };
`;
    const long = head + Array.from({ length: 5000 }, (_, index) => one(index)).join("");
    expect(long.split("\n").length).toBeGreaterThan(50_000);
    const file = editor.write("long.ts", long);
    server.open(file);
    const { diagnostics, hints } = await askAll(server, file, long.length);
    const escapes = diagnostics.filter(({ code }) => code === 100040);
    expect(escapes.map(({ start }) => start.line)).toEqual([0, 1, 2, 3, 4].map((each) => each * 10_000 + 11));
    expect(hints).toHaveLength(10_000);

    const plain = long
      .replace(/^import.*/, "declare function raii<T>(value: T): T;")
      .replaceAll('"use raii";', "")
      .replaceAll(" as never", "");
    const other = editor.write("plain.ts", plain);
    server.open(other);
    const { diagnostics: none, hints: noHints } = await askAll(server, other, plain.length);
    expect(none.filter(({ source }) => source === "ts-raii")).toEqual([]);
    expect(noHints).toEqual([]);
    expect(server.log()).not.toContain("ts-raii: ");
  });

  it("takes cyclic types, deep nesting and long chains", async () => {
    const { editor, server } = start("odd");
    const cyclic = `import { raii, type Resource } from "ts-raii";
type Loop = Loop[] | { readonly next: Loop };
interface Self extends Disposable { self: Self; make(): Resource<Self> & Self; }
interface Grows<T> extends Disposable { more: Grows<Grows<T>>; }
type Circular = Circular;
class A extends B {}
class B extends A {}
declare const loop: Loop & Disposable, self: Self, grows: Grows<string>, circular: Circular & Disposable;
export function f(): unknown {
  "use raii";
  const [a, b, c, d] = [raii(loop), raii(self.make()), raii(grows), raii(circular)];
  const again = () => again;
  raii(again() as never);
  return [a, b.self.self, c.more.more.more, d, ...f2()];
  function f2() { return [f2, f]; }
}
`;
    const nested = `import { raii } from "ts-raii";
declare const lock: Disposable;
export function f(): void {
  "use raii";
  ${"{ raii(lock); ".repeat(200)}${"}".repeat(200)}
}
export const sum = ${Array.from({ length: 800 }, () => "'a'").join(" + ")};
`;
    for (const [index, content] of [cyclic, nested].entries()) {
      const file = editor.write(`odd${index}.ts`, content);
      server.open(file);
      const { hints } = await askAll(server, file, content.length);
      expect(hints.length).toBeGreaterThan(0);
    }
    expect(server.log()).not.toContain("ts-raii: ");
  });
});
