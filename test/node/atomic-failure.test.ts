import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forms, isSynchronous } from "./atomic-forms.ts";
import { bundle, runLimited, testFolder } from "./child.ts";
import { bodyError, errorOf, ways, within } from "./ways-out.ts";

describe.each(forms)("%s()", (name, make) => {
  const folder = testFolder();
  const target = (): string => folder.join("target.txt");
  const content = (): string => readFileSync(target(), "utf8");

  it("a rename that fails names both paths, removes the temporary file and keeps the target", async () => {
    let path = "";
    const error = errorOf(
      await within(make(target()), "succeeded", async (file) => {
        path = file.path;
        await file.write("new");
        mkdirSync(target());
        writeFileSync(`${target()}/inside`, "kept");
      }),
    );
    expect(error.message).toContain(`atomicWrite could not put ${path} in place of ${target()}: E`);
    expect(error.message).toMatch(/The target is as it was; the temporary file is removed$/);
    expect(error.code).toBe(errorOf(error.cause).code);
    expect(error.code).toBeDefined();
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
    expect(readFileSync(`${target()}/inside`, "utf8")).toBe("kept");
  });

  it("a folder that has vanished is said to have", async () => {
    mkdirSync(folder.join("own"));
    const error = errorOf(
      await within(make(folder.join("own/x")), "succeeded", () =>
        rmSync(folder.join("own"), { recursive: true }),
      ),
    );
    expect(error.message).toContain("ENOENT");
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("a descriptor that was closed before the end is an error, and the target as it was", async () => {
    writeFileSync(target(), "old");
    if (name === "atomicWriteAsync") return; // a stream may close it: see below
    const error = await within(make(target()), "succeeded", async (file) => {
      await file.write("new");
      if (isSynchronous(file)) closeSync(file.descriptor);
    });
    expect(errorOf(error).message).toContain("its descriptor was closed before the scope ended");
    expect(errorOf(error).code).toBe("EBADF");
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it("a write that has failed is not put in place, even if the body has caught the error", async () => {
    writeFileSync(target(), "old");
    let caught: unknown;
    const error = await within(make(target()), "succeeded", async (file) => {
      await file.write("a part of ");
      try {
        await file.write(1n as unknown as string);
      } catch (thrown) {
        caught = thrown;
      }
      await file.write("the content");
    });
    expect(caught).toBeInstanceOf(TypeError);
    expect(errorOf(error).cause).toBe(caught);
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it.runIf(process.platform === "linux")("a full disk leaves the target as it was", async () => {
    // The limit of a process on the size of files stands in for a disk that is full: the same write, half done.
    const program = bundle(`
      import { ${name} as make } from "../../runtime/node/index.ts";
      import { within } from "./ways-out.ts";
      process.on("SIGXFSZ", () => {}); // else the limit ends the process
      const error = await within(make(process.argv[2]!), "succeeded", async (file) => {
        await file.write("x".repeat(3000));
        try { await file.write("x".repeat(3000)); } catch (error) { console.log(error.code); }
      });
      console.log(error.code, error.message.includes("The target is as it was; the temporary file is removed"));
    `);
    writeFileSync(target(), "old");
    chmodSync(target(), 0o666);
    expect(runLimited(program, target())).toBe("EFBIG\nEFBIG true\n");
    expect(content()).toBe("old");
    expect(readdirSync(folder.path)).toEqual(["target.txt"]);
  });

  it("whichever step fails, the target has all of the old content or all of the new, and nothing else is left", async () => {
    const text = fc.string({ maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.option(text),
        fc.array(text, { maxLength: 6 }),
        fc.option(fc.nat(7)),
        fc.constantFrom<"write" | "body" | "caught" | "rename" | "close">(
          "write",
          "body",
          "caught",
          "rename",
          "close",
        ),
        fc.constantFrom(...ways),
        async (old, chunks, failing, failure, way) => {
          rmSync(target(), { recursive: true, force: true });
          if (old !== null) writeFileSync(target(), old);
          let hasFailed = false;
          const error = await within(make(target()), way, async (file) => {
            for (const [step, chunk] of [...chunks, ""].entries()) {
              if (step === failing) {
                hasFailed = true;
                if (failure === "body") throw bodyError;
                if (failure === "write") await file.write(Symbol() as unknown as string);
                if (failure === "caught") await swallow(() => file.write({} as unknown as string));
                if (failure === "rename") {
                  rmSync(target(), { recursive: true, force: true });
                  mkdirSync(target());
                }
                if (failure === "close" && isSynchronous(file)) closeSync(file.descriptor);
                if (failure === "close" && !isSynchronous(file)) await file.handle.close();
              }
              await file.write(chunk);
            }
          });
          const isRenamed = way === "succeeded" && !hasFailed;
          if (hasFailed && failure === "rename") {
            expect(statSync(target()).isDirectory()).toBe(true);
            expect(readdirSync(target())).toEqual([]);
          } else {
            const now = lstatSync(target(), { throwIfNoEntry: false }) ? content() : null;
            expect(now).toBe(isRenamed ? chunks.join("") : old);
          }
          expect(readdirSync(folder.path).filter((each) => each !== "target.txt")).toEqual([]);
          if (way === "succeeded" && hasFailed && failure !== "body") expect(error).toBeInstanceOf(Error);
        },
      ),
      { numRuns: 150 },
    );
  });
});

async function swallow(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch {}
}
