import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Interface } from "node:readline/promises";
import { PassThrough, Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { readline } from "../../runtime/node/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { leavesNothing, listenersOf, use, useNow } from "./use.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "ts-raii-readline-"))));
afterAll(() => rmSync(folder, { recursive: true }));

async function all(lines: Interface): Promise<string[]> {
  const got: string[] = [];
  for await (const line of lines) got.push(line);
  return got;
}

const nextTurn = () => new Promise(setImmediate);

describe("readline() of a file", () => {
  it("reads its lines, and closes it", () =>
    leavesNothing(async () => {
      const path = join(folder, "lines");
      const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
      writeFileSync(path, lines.join("\r\n"));
      for (const input of [path, pathToFileURL(path), Buffer.from(path)]) {
        expect(await use(readline(input), all)).toEqual(lines);
      }
    }));

  it("loses no line to what is awaited before it is read, nor closes before", () =>
    leavesNothing(async () => {
      const path = join(folder, "late");
      writeFileSync(path, "a\nb\nc\n");
      const got = await use(readline(path), async (lines) => {
        for (let i = 0; i < 20; i++) await nextTurn();
        return all(lines);
      });
      expect(got).toEqual(["a", "b", "c"]);
    }));

  it("closes it when it was not read to its end, when it was not read, and when the scope fails", () =>
    leavesNothing(async () => {
      const path = join(folder, "part");
      writeFileSync(path, "line\n".repeat(100_000));
      const first = await use(readline(path), async (lines) => {
        for await (const line of lines) return line;
        return expect.fail("it is empty");
      });
      expect(first).toBe("line");
      await use(readline(path), () => {});
      const { error } = await rejectedBy(
        use(readline(path), async (lines) => {
          await once(lines, "line");
          throw new Error("body");
        }),
      );
      expect(String(error)).toBe("Error: body");
    }));

  it("property 4: one that is not there fails the acquisition", () =>
    leavesNothing(async () => {
      const { error } = await rejectedBy(use(readline(join(folder, "missing")), () => expect.fail("opened")));
      expect(error).toMatchObject({ code: "ENOENT" });
    }));

  it("throws an error of reading to who iterates", () =>
    leavesNothing(async () => {
      const { error } = await rejectedBy(use(readline(folder), all)); // a folder can be opened, not read
      expect(error).toMatchObject({ code: "EISDIR" });
    }));

  it("refuses what the interface refuses, and closes the file", () =>
    leavesNothing(async () => {
      const path = join(folder, "refused");
      writeFileSync(path, "");
      const { error } = await rejectedBy(use(readline(path, { historySize: -1, terminal: true }), () => {}));
      expect(error).toBeInstanceOf(RangeError);
    }));
});

describe("readline() of a stream", () => {
  it("is closed when the scope ends, and leaves the stream as it is", () =>
    leavesNothing(async () => {
      const input = new PassThrough();
      const before = listenersOf(input);
      const lines = useNow(readline(input), (lines) => {
        expect(listenersOf(input)).not.toEqual(before);
        return lines;
      });
      expect(listenersOf(input)).toEqual(before);
      expect(input.destroyed).toBe(false);
      expect(String((await rejectedBy(lines.question("?"))).error)).toContain("closed");
      await use(readline(input), async (again) => {
        setImmediate(() => input.end("a\nb"));
        expect(await all(again)).toEqual(["a", "b"]);
      });
    }));

  it("asks and is answered", async () => {
    const input = new PassThrough();
    const output = new PassThrough().setEncoding("utf8");
    const asked: string[] = [];
    output.on("data", (text) => asked.push(text));
    const answers = await use(readline(input, { output }), async (terminal) => {
      input.write("Ada\n36\n");
      await nextTurn();
      return [await terminal.question("name? "), await terminal.question("age? ")];
    });
    expect(answers).toEqual(["Ada", "36"]);
    await nextTurn();
    expect(asked.join("")).toBe("name? age? ");
  });

  it("fails a question that is open when the input ends, and answers from what came before", async () => {
    const input = Readable.from(["Ada\n36\n"]);
    await use(readline(input), async (terminal) => {
      expect(await terminal.question("name? ")).toBe("Ada");
      await once(input, "close");
      await nextTurn();
      expect(await terminal.question("age? ")).toBe("36");
      await rejectedBy(terminal.question("more? "));
    });
    const ends = new PassThrough();
    const { error } = await rejectedBy(
      use(readline(ends), (terminal) => {
        setImmediate(() => ends.end());
        return terminal.question("name? ");
      }),
    );
    expect(String(error)).toBe("Error: ts-raii: the input ended before the question was answered");
  });

  it("a question can be aborted", async () => {
    const { error } = await rejectedBy(
      use(readline(new PassThrough()), (terminal) => {
        const controller = new AbortController();
        setImmediate(() => controller.abort());
        return terminal.question("name? ", { signal: controller.signal });
      }),
    );
    expect(error).toMatchObject({ name: "AbortError" });
    const before = await rejectedBy(
      use(readline(Readable.from(["a\n"])), (terminal) =>
        terminal.question("name? ", { signal: AbortSignal.abort("enough") }),
      ),
    );
    expect(before.error).toBe("enough");
  });

  it("an iteration can be left and begun again, without a line lost", async () => {
    const got = await use(readline(Readable.from(["a\nb\nc\nd\n", "e\nf"])), async (lines) => {
      const taken: string[] = [];
      for await (const line of lines) {
        taken.push(line);
        if (line === "b") break;
      }
      taken.push(`answer ${await lines.question("?")}`);
      const [event] = (await once(lines, "line")) as [string];
      taken.push(`event ${event}`);
      return [...taken, ...(await all(lines))];
    });
    expect(got).toEqual(["a", "b", "answer c", "event d", "e", "f"]);
  });

  it("tells its lines as events, too", async () => {
    const heard: string[] = [];
    await use(readline(Readable.from(["a\n", "b\n"])), async (lines) => {
      await nextTurn();
      lines.on("line", (line) => heard.push(line));
      await once(lines, "close");
    });
    expect(heard).toEqual(["a", "b"]);
  });

  it("throws an error of the stream to who iterates, and else from the release", async () => {
    const failing = (): Readable =>
      Readable.from(
        (function* () {
          yield "a\n";
          throw new Error("input");
        })(),
      );
    const { error } = await rejectedBy(use(readline(failing()), all));
    expect(String(error)).toBe("Error: input");
    const input = failing();
    const unheard = await rejectedBy(
      use(readline(input), (lines) => {
        lines.on("line", () => {});
        return new Promise((resolve) => input.once("close", resolve));
      }),
    );
    expect(String(unheard.error)).toBe("Error: input");
  });

  it("one that the body has closed is fine", () => {
    useNow(readline(new PassThrough()), (lines) => lines.close());
  });

  it("property: all lines, each as it is and once, however they come and are asked for", async () => {
    const asks = fc.array(fc.constantFrom("wait", "question", "event", "iteration"), { maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r\n", " "), maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40), { maxLength: 5 }), asks, async (text, cuts, asks) => {
        const bytes = Buffer.from(text);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        const expected = text.split(/\r\n|\n/);
        if (expected.at(-1) === "") expected.pop();
        const got = await use(readline(Readable.from(chunks, { objectMode: false })), async (lines) => {
          const taken: string[] = [];
          for (const ask of asks) {
            if (ask === "wait") await nextTurn();
            else if (taken.length === expected.length) break;
            else if (ask === "question") taken.push(await lines.question("?"));
            else if (ask === "event") taken.push(((await once(lines, "line")) as [string])[0]);
            else {
              for await (const line of lines) {
                taken.push(line);
                break;
              }
            }
          }
          return [...taken, ...(await all(lines))];
        });
        expect(got).toEqual(expected);
      }),
    );
  });

  it("property 34: a file is opened for each acquisition, and a second release refused", async () => {
    const path = join(folder, "twice");
    writeFileSync(path, "a\n");
    const made = readline(path);
    expect([await use(made, all), await use(made, all)]).toEqual([["a"], ["a"]]);
    const { release } = readline(new PassThrough())[Resource.acquire]();
    release({ kind: "succeeded" });
    expect(String(thrownBy(() => release({ kind: "succeeded" })).error)).toContain(
      "readline was released before",
    );
  });
});
