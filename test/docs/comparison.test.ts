// What docs/comparison.md says of the engine's own `using` and DisposableStack, shown on the engines that have them. The
// sources are strings: Node 20 cannot parse them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
/** What it says of ts-raii. */
const own = readFileSync(join(root, "docs/comparison.md"), "utf8").split("## Languages")[0]!;
const hasUsing = "DisposableStack" in globalThis;
const evaluate = (body: string): unknown => new Function(body)();
const evaluateAsync = (body: string): Promise<unknown> =>
  evaluate(`return (async () => { ${body} })()`) as Promise<unknown>;

describe("docs/comparison.md", () => {
  it("names only tests that are there", () => {
    const named = [...own.matchAll(/`((?:test|fixtures)\/[\w./-]+)`/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("names a test for each row of ts-raii", () => {
    const rows = [...own.matchAll(/^\| *\d+ *\|.*$/gm)].map(([row]) => row);
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter((row) => !/`(test|fixtures)\//.test(row))).toEqual([]);
  });
});

describe.skipIf(!hasUsing)("the engine's own", () => {
  it("row 5: a dispose method is told nothing", () => {
    const told = evaluate(`
      let told;
      { using a = { [Symbol.dispose](...args) { told = args.length; } }; }
      return told;`);
    expect(told).toBe(0);
  });

  it("row 13: a stack holds a million, and a function that recurses with a resource overflows", () => {
    const count = evaluate(`
      let count = 0;
      { using stack = new DisposableStack(); for (let i = 0; i < 1e6; i++) stack.defer(() => count++); }
      return count;`);
    expect(count).toBe(1e6);
    const recurse = `function recurse(n) { using a = { [Symbol.dispose]() {} }; return n && recurse(n - 1); }`;
    const overflow = evaluate(
      `${recurse} try { recurse(1e5); } catch (error) { return error.error ?? error; }`,
    );
    expect(overflow).toBeInstanceOf(RangeError);
  });

  it("row 17: what has been acquired and has no dispose method leaks", () => {
    const log = evaluate(`
      const log = [];
      const open = () => (log.push("open"), { close: () => log.push("close") });
      try { using a = open(); } catch (error) { log.push(error.name); }
      return log;`);
    expect(log).toEqual(["open", "TypeError"]);
  });

  it("row 20: an asyncDispose that never settles hangs the block", async () => {
    const ended = await evaluateAsync(`
      const block = async () => { await using a = { [Symbol.asyncDispose]: () => new Promise(() => {}) }; };
      const late = new Promise((resolve) => setTimeout(resolve, 50, "hangs"));
      return Promise.race([block(), late]);`);
    expect(ended).toBe("hangs");
  });

  it("row 22: an iterator's own dispose method closes it", () => {
    const log = evaluate(`
      const log = [];
      function* generator() { try { yield 1; } finally { log.push("closed"); } }
      { using it = generator(); it.next(); }
      return log;`);
    expect(log).toEqual(["closed"]);
  });

  it("row 34: what is given to a disposed stack is not released", () => {
    const log = evaluate(`
      const log = [];
      const stack = new DisposableStack();
      stack.dispose();
      try { stack.use({ [Symbol.dispose]: () => log.push("released") }); } catch (error) { log.push(error.name); }
      return log;`);
    expect(log).toEqual(["ReferenceError"]);
  });

  // Where the engine is mended, these fail: then the page is to be corrected.
  it("calls twice what throws, between a synchronous resource and none", async () => {
    const log = await evaluateAsync(`
      const log = [];
      const throws = { [Symbol.asyncDispose]() { log.push("b"); throw new Error("b"); } };
      const block = async () => {
        using a = { [Symbol.dispose]: () => void log.push("a") };
        await using b = throws;
        await using c = null;
      };
      await block().catch((error) => log.push(error.name));
      return log;`);
    expect(log).toEqual(["b", "b", "a", "SuppressedError"]);
  });

  it("disposes of what a loop's head declares for each closure over it", () => {
    const log = evaluate(`
      const log = [];
      const closures = [];
      let n = 0;
      for (using x = { [Symbol.dispose]: () => void log.push("x") }; n < 2; n++) closures.push(() => x);
      return log;`);
    expect((log as string[]).length).toBeGreaterThan(1);
  });
});
