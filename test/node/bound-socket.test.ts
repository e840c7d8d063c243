// The Unix socket of listening({ path }) after its scope.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { listening } from "../../runtime/node/index.ts";
import { combined, rejectedBy } from "../runtime/traced.ts";
import { bundle, testFolder } from "./child.ts";
import { use } from "./use.ts";

const folder = testFolder();
const path = (): string => folder.join("s");

describe.runIf(process.platform !== "win32")("the socket of listening({ path })", () => {
  it.each(["elsewhere", "."])(
    "is removed when its path was relative and the process has gone to %s",
    async (to) => {
      const before = process.cwd();
      mkdirSync(folder.join("elsewhere"));
      process.chdir(folder.path);
      try {
        await use(listening(createServer(), { path: "s" }), () => process.chdir(to));
      } finally {
        process.chdir(before);
      }
      expect(readdirSync(folder.path)).toEqual(["elsewhere"]);
    },
  );

  it("is removed when its rights were set meanwhile", async () => {
    await use(listening(createServer(), { path: path() }), () => chmodSync(path(), 0o666));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("that was moved away or removed is none of its business", async () => {
    await use(listening(createServer(), { path: path() }), () => renameSync(path(), folder.join("kept")));
    await use(listening(createServer(), { path: path() }), () => rmSync(path()));
    expect(readdirSync(folder.path)).toEqual(["kept"]);
  });

  it("that cannot be reached any more is told, beside an error of the server", async () => {
    mkdirSync(folder.join("d"));
    const at = folder.join("d/s");
    const failure = new Error("server");
    const { error } = await rejectedBy(
      use(listening(createServer(), { path: at }), ({ server }) => {
        renameSync(folder.join("d"), folder.join("away"));
        writeFileSync(folder.join("d"), "in the way");
        server.emit("error", failure);
      }),
    );
    const { error: later, suppressed } = combined(error);
    expect(suppressed).toBe(failure);
    expect(later).toMatchObject({ code: "ENOTDIR", message: expect.stringContaining(at) });
  });

  it("stays while another worker of the cluster listens at it", () => {
    const program = bundle(`
      import cluster from "node:cluster";
      import { once } from "node:events";
      import { existsSync } from "node:fs";
      import { connect, createServer } from "node:net";
      import { text } from "node:stream/consumers";
      import { Resource } from "../../runtime/index.ts";
      import { listening } from "../../runtime/node/index.ts";
      const path = process.argv[2]!;
      if (cluster.isPrimary) {
        const workers = [cluster.fork(), cluster.fork()];
        await Promise.all(workers.map((each) => once(each, "message")));
        workers[0]!.send("end");
        await once(workers[0]!, "exit");
        console.log(await text(connect(path)));
        workers[1]!.send("end");
        await once(workers[1]!, "exit");
        console.log(existsSync(path));
      } else {
        const server = createServer((each) => void each.end("hello"));
        const { release } = await listening(server, { path })[Resource.acquire]();
        process.once("message", async () => {
          await release({ kind: "succeeded" });
          process.exit();
        });
        process.send!("listens");
      }
    `);
    const { stdout, stderr } = spawnSync(process.execPath, [program, path()], { encoding: "utf8" });
    expect([stdout, stderr]).toEqual(["hello\nfalse\n", ""]);
  });
});
