import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Resource } from "../../runtime/index.ts";
import { socket } from "../../runtime/node/index.ts";
import { combined, rejectedBy, thrownBy } from "../runtime/traced.ts";
import { host } from "./connection.ts";
import { serving } from "./serving.ts";
import { leavesNothing, use, waitFor } from "./use.ts";

describe("socket()", () => {
  it("is connected when it is acquired, and ended when the scope succeeds", () =>
    leavesNothing(() =>
      serving(createServer(), async (port, connections) => {
        const received: Promise<string>[] = [];
        const handle = await use(socket({ host, port }), async (handle) => {
          expect(handle).toBeInstanceOf(Socket);
          expect(handle.readyState).toBe("open");
          await waitFor(() => connections.length > 0);
          received.push(text(connections[0]!));
          handle.write("hello ");
          handle.write("x".repeat(1e6)); // more than the system takes at once
          return { handle };
        });
        expect((await received[0])!.length).toBe(6 + 1e6);
        expect(handle.handle.closed).toBe(true);
        expect(handle.handle.listenerCount("error")).toBe(0);
      }),
    ));

  it("drops what nobody reads, so that the other side gets all that was written to it", () =>
    leavesNothing(() =>
      // What is unread when a connection is closed has the system break it off, with what is still on its way.
      serving(
        createServer((each) => void each.write("y".repeat(1e6))),
        async (port, connections) => {
          const received: Promise<string>[] = [];
          await use(socket({ host, port }), async (handle) => {
            await once(handle, "readable");
            received.push(text(connections[0]!));
            handle.write("x".repeat(1e6));
          });
          expect((await received[0])!.length).toBe(1e6);
        },
      ),
    ));

  it("destroys it with the error of a scope that fails", () =>
    leavesNothing(() =>
      serving(createServer(), async (port, connections) => {
        const failure = new Error("body");
        const handles: Socket[] = [];
        const { error } = await rejectedBy(
          use(socket({ host, port }), async (handle) => {
            handles.push(handle);
            await waitFor(() => connections.length > 0);
            handle.write("x".repeat(1e7));
            throw failure;
          }),
        );
        expect(error).toBe(failure);
        expect(handles[0]!.errored).toBe(failure);
        const { length } = await text(connections[0]!).catch(() => "");
        expect(length).toBeLessThan(1e7);
      }),
    ));

  it("destroys it when the scope is cancelled", () =>
    leavesNothing(() =>
      serving(createServer(), async (port) => {
        const { handle, release } = await socket({ host, port })[Resource.acquire]();
        await release({ kind: "cancelled", reason: "deadline" });
        expect(handle).toMatchObject({ destroyed: true, errored: null });
      }),
    ));

  it("does not wait for an other side that never ends", () =>
    leavesNothing(() =>
      serving(
        createServer({ allowHalfOpen: true }, (each) => void each.resume()),
        async (port) => {
          const { handle } = await use(socket({ host, port, grace: 5 }), (handle) => ({ handle }));
          expect(handle.closed).toBe(true);
        },
      ),
    ));

  it("tells what was not flushed to an other side that does not read", () =>
    leavesNothing(() =>
      serving(createServer({ pauseOnConnect: true }), async (port) => {
        const { error } = await rejectedBy(
          use(socket({ host, port, grace: 5 }), (handle) => void handle.write("x".repeat(3e7))),
        );
        expect(String(error)).toBe(
          `Error: ts-raii: socket 127.0.0.1:${port} was ended and not flushed: it did not get on for 5 ms (option grace)`,
        );
      }),
    ));

  it("throws an error that nobody has listened for, instead of ending the process", () =>
    leavesNothing(() =>
      serving(
        createServer((each) => void each.once("data", () => each.resetAndDestroy())),
        async (port) => {
          const reset = { code: "ECONNRESET" };
          const closed = (handle: Socket): Promise<unknown> => {
            handle.write("break it off");
            return new Promise((resolve) => handle.once("close", resolve));
          };
          const { error } = await rejectedBy(use(socket({ host, port }), closed));
          expect(error).toMatchObject(reset);

          const both = await rejectedBy(
            use(socket({ host, port }), async (handle) => {
              await closed(handle);
              throw new Error("body");
            }),
          );
          expect(combined(both.error).error).toMatchObject(reset);

          const told: unknown[] = [];
          await use(socket({ host, port }), async (handle) => {
            handle.write("break it off");
            told.push((await rejectedBy(once(handle, "data"))).error);
          });
          expect(told).toMatchObject([reset]);
        },
      ),
    ));

  it("tells an error to who listens after it came, so that nobody waits for ever", () =>
    leavesNothing(() =>
      serving(
        createServer((each) => void each.once("data", () => each.resetAndDestroy())),
        async (port) => {
          const told = await use(socket({ host, port }), async (handle) => {
            handle.write("break it off");
            await new Promise((resolve) => handle.once("close", resolve));
            return (await rejectedBy(once(handle, "data"))).error;
          });
          expect(told).toMatchObject({ code: "ECONNRESET" });
        },
      ),
    ));

  it("leaves one alone that the body has ended", () =>
    leavesNothing(() =>
      serving(
        createServer((each) => void each.end("bye")),
        async (port) => {
          const said = await use(socket({ host, port }), async (handle) => {
            handle.end("hello");
            return text(handle);
          });
          expect(said).toBe("bye");
        },
      ),
    ));

  it("property 4: a connection that is refused fails the acquisition", () =>
    leavesNothing(async () => {
      const port = await serving(createServer(), async (free) => free);
      const { error } = await rejectedBy(use(socket({ host, port }), () => expect.fail("connected")));
      expect(error).toMatchObject({ code: "ECONNREFUSED", port });
      const missing = await rejectedBy(
        use(socket({ path: "/nowhere/socket" }), () => expect.fail("connected")),
      );
      expect(missing.error).toMatchObject({ code: "ENOENT" });
    }));

  it("says what all addresses of a host have failed with", () =>
    leavesNothing(async () => {
      const port = await serving(createServer(), async (free) => free);
      const lookup = (_: string, __: object, done: Function): void => {
        done(null, [
          { address: "127.0.0.1", family: 4 },
          { address: "127.0.0.2", family: 4 },
        ]);
      };
      const { error } = await rejectedBy(
        use(socket({ host: "both", port, lookup: lookup as never, autoSelectFamily: true }), () =>
          expect.fail("connected"),
        ),
      );
      expect(error).toMatchObject({ code: "ECONNREFUSED" });
      expect(String(error)).toContain(
        `ts-raii: socket both:${port} cannot connect: connect ECONNREFUSED 127.0.0.1`,
      );
      expect(String(error)).toContain("127.0.0.2");
    }));

  it("property 32: an attempt that takes too long is given up, and what comes of it later is nobody's", () =>
    leavesNothing(() =>
      serving(createServer(), async (port, connections) => {
        const resolved: (() => void)[] = [];
        const lookup = (_: string, __: object, done: Function): void =>
          void resolved.push(() => done(null, host, 4));
        const { error } = await rejectedBy(
          use(
            socket({
              host: "slow",
              port,
              connectTimeout: 5,
              lookup: lookup as never,
              autoSelectFamily: false,
            }),
            () => expect.fail("connected"),
          ),
        );
        expect(error).toMatchObject({
          code: "ETIMEDOUT",
          message: `ts-raii: socket slow:${port} did not connect within 5 ms`,
        });
        resolved.forEach((resolve) => resolve()); // the name is found at last
        await use(socket({ host, port }), () => waitFor(() => connections.length > 0));
        expect(connections).toHaveLength(1); // that of the line above
      }),
    ));

  it("property 4: an aborted attempt fails the acquisition", () =>
    leavesNothing(() =>
      serving(createServer(), async (port) => {
        const signal = AbortSignal.abort(new Error("no longer wanted"));
        const { error } = await rejectedBy(
          use(socket({ host, port, signal } as never), () => expect.fail("connected")),
        );
        expect(error).toMatchObject({ name: "AbortError" });
      }),
    ));

  it.skipIf(process.platform === "win32")("connects to a Unix socket", () =>
    leavesNothing(async () => {
      const folder = mkdtempSync(join(tmpdir(), "ts-raii-socket-"));
      const path = join(folder, "s");
      const server = createServer((each) => void each.end("hello")).listen(path);
      await once(server, "listening");
      expect(await use(socket({ path }), (handle) => text(handle))).toBe("hello");
      server.close();
      await once(server, "close");
      rmSync(folder, { recursive: true });
    }),
  );

  it("property 34: connects anew for each acquisition", () =>
    leavesNothing(() =>
      serving(
        createServer((each) => void each.end()),
        async (port, connections) => {
          const made = socket({ host, port });
          await use(made, () => {});
          await use(made, () => {});
          await waitFor(() => connections.length === 2);
        },
      ),
    ));

  it.each([
    [{ connectTimeout: NaN }, "RangeError: ts-raii: socket(): connectTimeout must be from 0 to"],
    [{ connectTimeout: Infinity }, "RangeError: ts-raii: socket(): connectTimeout must be from 0 to"],
    [{ grace: -1 }, "RangeError: ts-raii: socket(): grace must be from 0 to"],
    [{ grace: "5" }, "TypeError: ts-raii: socket(): grace must be a number of milliseconds, not string"],
  ])("refuses %o at the call", (options, message) => {
    const { error } = thrownBy(() => socket({ port: 1, ...(options as object) }));
    expect(String(error)).toContain(message);
  });
});
