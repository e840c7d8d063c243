import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { stream } from "../../runtime/node/index.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { Sink } from "./sink.ts";
import { leavesNothing, use } from "./use.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "ts-raii-stream-"))));
afterAll(() => rmSync(folder, { recursive: true }));

describe("stream() of a writable", () => {
  it("ends it and awaits that all is flushed, on success", () =>
    leavesNothing(async () => {
      const path = join(folder, "flushed");
      const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`);
      const out = await use(
        stream(() => createWriteStream(path)),
        (out) => {
          for (const line of lines) out.write(line);
          return { out };
        },
      );
      expect(readFileSync(path, "utf8")).toBe(lines.join(""));
      expect(out.out.closed).toBe(true);
      expect(out.out.listenerCount("error")).toBe(0);
    }));

  it("property 3: ends it once: one that the body has ended is only awaited", async () => {
    const sink = new Sink();
    await use(stream(sink), (out) => {
      out.write("a");
      out.end("b");
    });
    expect(sink.got).toEqual(["a", "b", "end"]);
    expect(sink.closed).toBe(true);
  });

  it("throws what flushing fails with", async () => {
    const { error } = await rejectedBy(
      use(stream(new Sink(2)), (out) => {
        out.write("a");
        out.write("b");
        out.write("c");
      }),
    );
    expect(String(error)).toBe("Error: full at 2");
  });

  it("throws an error of the body's time that nobody has listened for, instead of ending the process", async () => {
    const { error } = await rejectedBy(
      use(stream(new Sink(1)), async (out) => {
        out.write("a");
        await new Promise((resolve) => out.once("close", resolve));
        return "went on";
      }),
    );
    expect(String(error)).toBe("Error: full at 1");
  });

  it("does not throw an error again that somebody has listened for", async () => {
    const told: unknown[] = [];
    const result = await use(stream(new Sink(1)), async (out) => {
      told.push((await rejectedBy(pipeline(Readable.from(["a"]), out))).error);
      return "went on";
    });
    expect(result).toBe("went on");
    expect(String(told)).toBe("Error: full at 1");
  });

  it("adds an unheard error to that of the scope, and not to itself", async () => {
    const failing = new Sink(1);
    const { error } = await rejectedBy(
      use(stream(failing), async (out) => {
        out.write("a");
        await new Promise((resolve) => out.once("close", resolve));
        throw new Error("body");
      }),
    );
    expect(String(combined(error).error)).toBe("Error: full at 1");
    expect(String(combined(error).suppressed)).toBe("Error: body");

    const again = new Sink(1);
    const same = await rejectedBy(
      use(stream(again), async (out) => {
        out.write("a");
        await new Promise((resolve) => out.once("close", resolve));
        throw out.errored;
      }),
    );
    expect(same.error).toBe(again.errored);
  });

  it("destroys it with the error of a scope that fails; nobody needs to listen for that", async () => {
    const failure = new Error("body");
    const sink = new Sink();
    const { error } = await rejectedBy(
      use(stream(sink), (out) => {
        out.write("a");
        throw failure;
      }),
    );
    expect(error).toBe(failure);
    expect(sink.errored).toBe(failure);
    expect(sink.closed).toBe(true);
    expect(sink.got).not.toContain("end");
  });

  it("destroys it with an Error where the scope threw something else", async () => {
    for (const value of ["text", undefined, null, 0]) {
      const sink = new Sink();
      const { error } = await rejectedBy(
        use(stream(sink), () => {
          throw value;
        }),
      );
      expect(error).toBe(value);
      expect(sink.errored).toBeInstanceOf(Error);
      expect(sink.errored?.cause).toBe(value);
    }
  });

  it("destroys it without one when the scope is cancelled", async () => {
    const sink = new Sink();
    const { handle, release } = await stream(sink)[Resource.acquire]();
    handle.write("a");
    await release({ kind: "cancelled", reason: "deadline" });
    expect(sink.destroyed).toBe(true);
    expect(sink.errored).toBe(null);
  });

  it("leaves one alone that the body has destroyed", async () => {
    const sink = new Sink();
    await use(stream(sink), (out) => {
      out.write("a");
      out.destroy();
    });
    expect(sink.errored).toBe(null);
  });

  it("tells that one was destroyed while it was flushed", async () => {
    const sink = new Sink();
    const { error } = await rejectedBy(
      use(stream(sink), (out) => {
        out.write("a");
        out.write("b");
        setImmediate(() => out.destroy());
      }),
    );
    expect(String(error)).toBe(
      "Error: ts-raii: stream (Sink) was ended and not flushed: it was destroyed meanwhile",
    );
  });

  it("never takes for ever: what does not get on is destroyed, and told", async () => {
    const stuck = new Writable({ write: () => {} });
    const { error } = await rejectedBy(use(stream(stuck, { grace: 5 }), (out) => void out.write("a")));
    expect(String(error)).toBe(
      "Error: ts-raii: stream (Writable) was ended and not flushed: it did not get on for 5 ms (option grace)",
    );
    expect(stuck.destroyed).toBe(true);

    const undead = new Writable({ destroy: () => {}, write: () => {} });
    const { error: other } = await rejectedBy(
      use(stream(undead, { grace: 5 }), () => {
        throw new Error("body");
      }),
    );
    expect(String(combined(other).error)).toBe(
      "Error: ts-raii: stream (Writable) was destroyed and has not closed within 5 ms",
    );
  });

  it("gives one that gets on more than its grace", async () => {
    let writes = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (_, __, done) => void setTimeout(() => (writes++, done()), 20),
    });
    await use(stream(slow, { grace: 60 }), (out) => {
      for (let i = 0; i < 10; i++) out.write("x"); // 200 ms in all
    });
    expect(writes).toBe(10);
  });

  it("sends an answer of http to its end, or breaks it off", () =>
    leavesNothing(async () => {
      const ways: string[] = [];
      const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
        await use(stream(response), (out) => {
          out.write("begin ");
          if (request.url === "/fails") throw new Error("body");
          out.write("end");
        }).catch((error) => ways.push(String(error)));
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const read = async (path: string): Promise<string> => {
        const [response] = (await once(get({ port, path, agent: false }), "response")) as [IncomingMessage];
        let text = "";
        for await (const chunk of response) text += chunk;
        return text;
      };
      expect(await read("/")).toBe("begin end");
      expect(await rejectedBy(read("/fails"))).toMatchObject({ error: { code: "ECONNRESET" } });
      expect(ways).toEqual(["Error: body"]);
      server.close();
      await once(server, "close");
    }));

  it("property: all that was written and nothing else arrives, in order, or the scope fails", async () => {
    const cases = fc.record({
      chunks: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      failsAt: fc.option(fc.integer({ min: 1, max: 8 }), { nil: Infinity }),
      ends: fc.boolean(),
      throws: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ chunks, failsAt, ends, throws }) => {
        const sink = new Sink(failsAt);
        const outcome = await use(stream(sink), (out) => {
          for (const chunk of chunks) out.write(chunk);
          if (ends) out.end();
          if (throws) throw new Error("body");
        }).then(
          () => "succeeded",
          (error: Error) => error.message,
        );
        if (throws) expect(outcome).toBe("body");
        else if (chunks.length >= failsAt) expect(outcome).toBe(`full at ${failsAt}`);
        else {
          expect(outcome).toBe("succeeded");
          expect(sink.got).toEqual([...chunks, "end"]);
        }
        expect(sink.closed).toBe(true);
        expect(sink.listenerCount("error")).toBe(0);
      }),
    );
  });
});
