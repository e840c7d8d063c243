// What was written to a stream that has closed is lost, and Node tells nobody: the release does.
import { once } from "node:events";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import { createServer } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type AsyncResource } from "../../runtime/index.ts";
import { childProcess, socket, stream } from "../../runtime/node/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { host, opened, request } from "./connection.ts";
import { node } from "./scripts.ts";
import { serving } from "./serving.ts";
import { leavesNothing, use } from "./use.ts";

/** Runs with one of each, whose other side has gone when the body begins to write. */
const kinds: Record<
  string,
  (run: (held: AsyncResource<any>, input: (handle: any) => Writable) => Promise<void>) => Promise<void>
> = {
  "a socket whose peer has closed": (run) =>
    serving(
      createServer((peer) => void peer.destroy()),
      (port) => run(socket({ host, port }), (handle) => handle as Writable),
    ),
  "a socket whose peer has ended": (run) =>
    serving(
      createServer((peer) => void peer.resume().end()),
      (port) => run(socket({ host, port }), (handle) => handle as Writable),
    ),
  "a stream that was destroyed": (run) =>
    run(
      stream(() => {
        const made = new PassThrough();
        setImmediate(() => made.destroy());
        return made;
      }),
      (handle) => handle as Writable,
    ),
  "the input of a process that has ended": (run) =>
    run(childProcess(node, ["-e", ""]), (handle) => handle.stdin as Writable),
};

const closed = async (input: Writable): Promise<unknown> => input.closed || once(input, "close");

describe.each(Object.entries(kinds))("%s", (name, withOne) => {
  const code = name.includes("socket") ? "EPIPE" : "ERR_STREAM_DESTROYED";

  it.each([
    ["write", (input: Writable) => void input.write("lost")],
    ["write with an encoding", (input: Writable) => void input.write("lost", "latin1")],
    ["the first of several", (input: Writable) => ["a", "b", "c"].forEach((each) => input.write(each))],
  ])("%s: the scope does not succeed", (_, write) =>
    leavesNothing(() =>
      withOne(async (held, input) => {
        const { error } = await rejectedBy(
          use(held, async (handle) => {
            await closed(input(handle));
            write(input(handle));
          }),
        );
        expect(error).toMatchObject({ code });
      }),
    ),
  );

  it("end with something to write: the scope does not succeed", () =>
    leavesNothing(() =>
      withOne(async (held, input) => {
        const { error } = await rejectedBy(
          use(held, async (handle) => {
            await closed(input(handle));
            input(handle).end("lost");
          }),
        );
        expect(error).toMatchObject({ code: expect.stringMatching(/^E/) });
      }),
    ));

  it("end with nothing to write loses nothing", () =>
    leavesNothing(() =>
      withOne((held, input) =>
        use(held, async (handle) => {
          await closed(input(handle));
          input(handle).end();
        }),
      ),
    ));

  it("nothing was written after it: the scope succeeds", () =>
    leavesNothing(() =>
      withOne((held, input) => use(held, async (handle) => void (await closed(input(handle))))),
    ));

  it("a callback that was told is enough", () =>
    leavesNothing(() =>
      withOne((held, input) =>
        use(held, async (handle) => {
          await closed(input(handle));
          const told = await new Promise((resolve) => void input(handle).write("lost", resolve));
          expect(told).toMatchObject({ code });
        }),
      ),
    ));

  it("a scope that fails has its own error only", () =>
    leavesNothing(() =>
      withOne(async (held, input) => {
        const body = new Error("body");
        const { error } = await rejectedBy(
          use(held, async (handle) => {
            await closed(input(handle));
            input(handle).write("lost");
            throw body;
          }),
        );
        expect(error).toBe(body);
      }),
    ));
});

// Node never calls back what ends such a response.
describe.each([
  ["end", (response: ServerResponse) => void response.end("bye")],
  ["write", (response: ServerResponse) => void response.write("bye")],
  ["write and end", (response: ServerResponse) => void (response.write("bye"), response.end())],
])("a response whose client has gone: %s", (_, write) => {
  it("the scope ends, and does not succeed", () =>
    leavesNothing(() => {
      const server = createHttpServer();
      return serving(server, async (port) => {
        const coming = once(server, "request");
        const client = await opened(port, request);
        const [, response] = (await coming) as [unknown, ServerResponse];
        const { error } = await rejectedBy(
          use(stream(response), async () => {
            client.destroy();
            await closed(response);
            write(response);
          }),
        );
        expect(error).toMatchObject({ code: expect.stringMatching(/^E/) });
      });
    }));
});
