// The Unix socket of a server that was killed stays behind, and nobody answers at it.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { listening } from "../../runtime/node/index.ts";
import { rejectedBy } from "../runtime/traced.ts";
import { bundle, kill, message, start, testFolder } from "./child.ts";
import { leavesNothing, use } from "./use.ts";

const folder = testFolder();
const path = (): string => folder.join("s");
const hello = () => createServer((connection) => void connection.end("hello"));

/** Listens, says so, and goes on until it is killed, or asked what it has come to. */
const program = `
  import { createServer } from "node:net";
  import { Resource } from "../../runtime/index.ts";
  import { listening } from "../../runtime/node/index.ts";
  process.send!("ready");
  process.once("message", async () => {
    try {
      const answer = (each) => void each.end(String(process.pid));
      const server = createServer(answer);
      if (process.argv[3] === "stopped") server.on("connection", (each) => void each.on("error", () => {}));
      await listening(server, { path: process.argv[2]! })[Resource.acquire]();
      process.send!("listens");
    } catch (error) {
      process.send!(error.code ?? String(error));
    }
  });
`;
let bundled: string | undefined;
async function server(kind = "") {
  const child = start((bundled ??= bundle(program)), path(), kind);
  expect(await message(child)).toBe("ready");
  return {
    child,
    listen: () => {
      const said = message(child);
      child.send("go");
      return said;
    },
  };
}

describe.runIf(process.platform !== "win32")("listening({ path }) where a server was killed", () => {
  it("takes the socket over, and leaves nothing", () =>
    leavesNothing(async () => {
      const killed = await server();
      expect(await killed.listen()).toBe("listens");
      await kill(killed.child);
      expect(statSync(path()).isSocket()).toBe(true);
      const said = await use(listening(hello(), { path: path() }), () => text(connect(path())));
      expect(said).toBe("hello");
      expect(readdirSync(folder.path)).toEqual([]);
    }));

  it("does not stay open when its lock was removed meanwhile", () =>
    leavesNothing(async () => {
      const killed = await server();
      await killed.listen();
      await kill(killed.child);
      const taking = hello();
      taking.once("listening", () => rmSync(`${path()}.lock`));
      await rejectedBy(use(listening(taking, { path: path() }), () => expect.fail("it listens")));
      expect(taking.listening).toBe(false);
      expect(readdirSync(folder.path)).toEqual([]);
    }));

  it("is refused where a server goes on writing and never ends", async () => {
    let timer: NodeJS.Timeout | undefined;
    const talking = createServer({ allowHalfOpen: true }, (peer) => {
      timer = setInterval(() => peer.write("x"), 100);
      peer.on("error", () => {}).on("close", () => clearInterval(timer));
    });
    await use(listening(talking, { path: path(), grace: 0 }), async () => {
      const { error } = await rejectedBy(
        use(listening(hello(), { path: path() }), () => expect.fail("both")),
      );
      expect(error).toMatchObject({ code: "EADDRINUSE" });
    });
  }, 20_000);

  it("is refused where the server lives, also while it is stopped, and that one goes on", async () => {
    const alive = await server("stopped"); // who asks it gives up, and that is an error to it
    expect(await alive.listen()).toBe("listens");
    const { error } = await rejectedBy(use(listening(hello(), { path: path() }), () => {}));
    expect(error).toMatchObject({ code: "EADDRINUSE" });
    alive.child.kill("SIGSTOP");
    const stopped = await rejectedBy(use(listening(hello(), { path: path() }), () => {}));
    expect(stopped.error).toMatchObject({ code: "EADDRINUSE" });
    alive.child.kill("SIGCONT");
    expect(await text(connect(path()))).toBe(String(alive.child.pid));
    await kill(alive.child);
  });

  it("leaves a file alone that is no socket", async () => {
    writeFileSync(path(), "data");
    const { error } = await rejectedBy(use(listening(hello(), { path: path() }), () => {}));
    expect(error).toMatchObject({ code: "EADDRINUSE" });
    expect(readFileSync(path(), "utf8")).toBe("data");
  });

  it("of several who want it at the same moment one gets it, and is the one that answers", async () => {
    for (let round = 0; round < 5; round++) {
      const killed = await server();
      expect(await killed.listen()).toBe("listens");
      await kill(killed.child);
      const all = await Promise.all([server(), server(), server(), server()]);
      const said = await Promise.all(all.map((each) => each.listen()));
      expect(said.slice().sort()).toEqual(["EADDRINUSE", "EADDRINUSE", "EADDRINUSE", "listens"]);
      const winner = all[said.indexOf("listens")]!;
      expect(await text(connect(path()))).toBe(String(winner.child.pid));
      await Promise.all(all.map((each) => kill(each.child)));
      expect(readdirSync(folder.path)).toEqual(["s"]);
    }
  });
});
