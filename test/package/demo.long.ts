import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What the asynchronous program prints, but for the lines that depend on the tools and the system of the machine. */
const checksums = `\
An asynchronous program: a checksum service on TCP with a worker thread, and its clients
========================================================================================

    1. To the end, two clients at once
          the worker thread runs
          the server listens
          the server has closed
          the worker thread has ended
    ok    no error
    ok    docs.sums, runtime.sums: left, and nothing else
    ok    no socket, server, thread, timer or request is left

    2. A file is missing: its client fails in the middle, the other one is served to the end
          the worker thread runs
          the server listens
          the server has closed
          the worker thread has ended
    Error: docs/missing.md: ENOENT
    ok    the caller gets this error
    ok    runtime.sums: left, and nothing else
    ok    no socket, server, thread, timer or request is left

    3. All is written, then a release fails: those after it are told, and nothing is saved
          the worker thread runs
          the server listens
          the server has closed
          the worker thread has ended
    Error: the terminal is gone
    ok    the caller gets this error
    ok    no file is left, complete or not
    ok    no socket, server, thread, timer or request is left

    4. The worker thread ends: the connection fails, and so does the client; no error is lost
          the worker thread runs
          the server listens
          the server has closed
          the worker thread has ended
    SuppressedError: Error: the worker thread has ended with exit code 7 (while releasing connections)
      after Error: docs/[first].md: the service has closed the connection
    ok    the caller gets this error
    ok    no file is left, complete or not
    ok    no socket, server, thread, timer or request is left

    5. The worker thread hangs: the client's time is up first, then that of its request
          the worker thread runs
          the server listens
          the server has closed
          the worker thread has ended
    SuppressedError: Error: a request took longer than 1000 ms (while releasing connections)
      after Error: the client took longer than 500 ms
    ok    the caller gets this error
    ok    no file is left, complete or not
    ok    no socket, server, thread, timer or request is left

    6. Nobody wants more after the first sum: that closes the list and the connection
          the worker thread runs
          the server listens
    ok    the sum of docs/[first].md has come
          the server has closed
          the worker thread has ended
    ok    no error
    ok    no file is left, complete or not
    ok    no socket, server, thread, timer or request is left
    ok    the folder all this was done in is gone
    ok    the process ends by itself: nothing keeps it alive

All is as it should be.
`;

it("the demo finds all as it should be", () => {
  const root = join(import.meta.dirname, "../..");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/demo.mjs", "--built"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stdout + stderr).toContain("All is as it should be.");
  expect(stdout).not.toContain("FAIL");
  expect(status).toBe(0);

  const program = stdout
    .slice(stdout.indexOf("An asynchronous program"))
    .replace(/^.*(sha256sum|descriptors|which files are open).*\n/gm, "")
    .replace(/docs\/(?!missing)[\w-]+\.md/g, "docs/[first].md");
  expect(program).toBe(checksums);
});
