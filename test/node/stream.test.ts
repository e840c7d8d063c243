import { once } from "node:events";
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough, Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acquireAsync, awaited, runAsync } from "../../runtime/index.ts";
import { stream } from "../../runtime/node/index.ts";
import { rejectedBy, thrownBy } from "../runtime/traced.ts";
import { Sink } from "./sink.ts";
import { leavesNothing, use } from "./use.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "ts-raii-stream-"))));
afterAll(() => rmSync(folder, { recursive: true }));

describe("stream() of a readable", () => {
  it("destroys it, read to its end or not", () =>
    leavesNothing(async () => {
      const path = join(folder, "read");
      writeFileSync(path, "x".repeat(300_000));
      const unread = await use(
        stream(() => createReadStream(path)),
        (input) => ({ input }),
      );
      expect(unread.input.closed).toBe(true);
      const first = await use(
        stream(() => createReadStream(path)),
        async (input) => {
          const [chunk] = (await once(input, "data")) as [Buffer];
          return { input, length: chunk.length };
        },
      );
      expect(first).toMatchObject({ input: { closed: true }, length: 65536 });
      const whole = await use(
        stream(() => createReadStream(path)),
        async (input) => {
          let length = 0;
          for await (const chunk of input) length += (chunk as Buffer).length;
          return length;
        },
      );
      expect(whole).toBe(300_000);
    }));

  it("who reads it learns of a scope that fails", async () => {
    const failure = new Error("body");
    const reads: Promise<unknown>[] = [];
    await rejectedBy(
      use(stream(new Readable({ read: () => {} })), (input) => {
        reads.push(rejectedBy(pipeline(input, new PassThrough())));
        throw failure;
      }),
    );
    expect(await reads[0]).toEqual({ error: failure });
  });

  it("property 4: what cannot be opened fails the acquisition, with the very error", () =>
    leavesNothing(async () => {
      const missing = join(folder, "missing");
      for (const open of [
        () => createReadStream(missing),
        () => createReadStream(missing, { emitClose: false }),
        () => createReadStream(missing).on("error", () => {}),
        () => createWriteStream(join(missing, "file")),
      ]) {
        const { error } = await rejectedBy(
          use(stream<Readable | Writable>(open), () => expect.fail("opened")),
        );
        expect(error).toMatchObject({ code: "ENOENT", syscall: "open" });
      }
    }));

  it.each([false, true])("refuses one that was destroyed before, with its error (%s)", async (hasError) => {
    const broken = new Readable({ read: () => {} });
    if (hasError) broken.on("error", () => {});
    broken.destroy(hasError ? new Error("earlier") : undefined);
    const { error } = await rejectedBy(use(stream(broken), () => expect.fail("acquired")));
    expect(String(error)).toBe(
      hasError ? "Error: earlier" : "Error: ts-raii: stream (Readable) was destroyed before it was acquired",
    );
  });
});

describe("stream() of a Duplex", () => {
  it("a chain of pipes is flushed from its beginning to its end", () =>
    leavesNothing(async () => {
      const path = join(folder, "chain.gz");
      const text = Array.from({ length: 50_000 }, (_, i) => `${i * 7919}`).join("\n");
      await runAsync(function* () {
        const file = yield* acquireAsync(stream(() => createWriteStream(path)));
        const gzip = yield* acquireAsync(stream(createGzip));
        gzip.pipe(file);
        gzip.write(text);
      });
      expect(gunzipSync(readFileSync(path)).toString()).toBe(text);
    }));

  it("one that nobody reads is flushed all the same, and what it gives dropped", async () => {
    let flushed = false;
    const transform = new Transform({
      transform: (_, __, done) => done(null, Buffer.alloc(100_000)),
      flush: (done) => ((flushed = true), done()),
    });
    await use(stream(transform), (out) => {
      for (let i = 0; i < 20; i++) out.write("x");
    });
    expect(flushed).toBe(true);
    expect(transform.closed).toBe(true);
  });

  it("tells of one that was not read to its end by who read it", async () => {
    const through = new PassThrough();
    const { error } = await rejectedBy(
      use(stream(through, { grace: 5 }), (out) => {
        out.pipe(new Writable({ highWaterMark: 1, write: () => {} }));
        out.write("a");
        out.write("b");
      }),
    );
    expect(String(error)).toBe(
      "Error: ts-raii: stream (PassThrough) was not read to its end: it did not get on for 5 ms (option grace)",
    );
  });

  it("one whose other side does not end is destroyed after the grace, without an error", async () => {
    const halves = new Duplex({ read: () => {}, write: (_, __, done) => done(), allowHalfOpen: true });
    await use(stream(halves, { grace: 5 }), (out) => void out.write("a"));
    expect(halves.destroyed).toBe(true);
    expect(halves.writableFinished).toBe(true);
    expect(halves.listenerCount("data")).toBe(0);
  });
});

describe("stream()", () => {
  it("property 34: makes a stream for each acquisition, and one that makes a promise of it is awaited", async () => {
    const made: Sink[] = [];
    const each = stream(async () => {
      made.push(new Sink());
      return made.at(-1)!;
    });
    await use(each, (out) => void out.write("a"));
    await use(each, (out) => void out.write("b"));
    expect(made.map((sink) => sink.got)).toEqual([
      ["a", "end"],
      ["b", "end"],
    ]);
  });

  it("one stream held twice has its error thrown once", async () => {
    const sink = new Sink(1);
    const { error } = await rejectedBy(
      runAsync(function* () {
        yield* acquireAsync(stream(sink));
        const inner = yield* acquireAsync(stream(sink));
        inner.write("a");
        yield* awaited(new Promise((resolve) => inner.once("close", resolve)));
      }),
    );
    expect(error).toBe(sink.errored);
  });

  it.each([undefined, null, {}, "path", () => undefined])("refuses %s at the acquisition", async (value) => {
    const { error } = await rejectedBy(use(stream(value as never), () => expect.fail("acquired")));
    expect(String(error)).toBe(
      "TypeError: ts-raii: stream() takes a stream of Node, or a function that gives one",
    );
  });

  it("refuses what every other part of the process writes to", async () => {
    for (const own of [process.stdout, process.stderr]) {
      if (own.fd === undefined) continue; // a worker's
      const { error } = await rejectedBy(use(stream(own), () => expect.fail("acquired")));
      expect(String(error)).toContain("TypeError: ts-raii: process.stdout and process.stderr are");
    }
  });

  it.each([NaN, -1, 2 ** 31])("refuses a grace of %s at the call", (grace) => {
    const { error } = thrownBy(() => stream(new Sink(), { grace }));
    expect(String(error)).toBe(
      `RangeError: ts-raii: stream(): grace must be from 0 to 2147483647 milliseconds or Infinity, not ${grace}`,
    );
  });

  it("takes an endless grace", async () => {
    const sink = new Sink();
    await use(stream(sink, { grace: Infinity }), (out) => void out.write("a"));
    expect(sink.got).toEqual(["a", "end"]);
  });
});
