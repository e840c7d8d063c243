import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importSourceOf } from "../../cli/doctor/probe/import-source.ts";
import { withoutWaiting } from "../../cli/doctor/probe/probe-run.ts";
import { withholdEffects } from "../../cli/doctor/probe/withhold-effects.ts";

describe("the module that a project imports raii from", () => {
  const jsx = 'importSource: "@emotion/react"';
  it.each([
    ["an option", 'plugins: [raii({ importSource: "#raii" })]', "#raii"],
    ["JSON", '{ "plugins": [["ts-raii/babel", { "importSource": "#raii" }]] }', "#raii"],
    ["none", "plugins: [raii()]", "ts-raii"],
    ["SWC's React", `transform: { react: { runtime: "automatic", ${jsx} } }`, "ts-raii"],
    ["SWC's React, and an option", `{ "react": { ${jsx} }, raii: { importSource: "#raii" } }`, "#raii"],
    ["Babel's React", `presets: [["@babel/preset-react", { ${jsx} }]]`, "ts-raii"],
    [
      "Babel's React by its path",
      `presets: [[require.resolve("@babel/preset-react"), { ${jsx} }]]`,
      "ts-raii",
    ],
    [
      "Babel's React, and an option",
      `presets: ["@babel/preset-react"], plugins: [["ts-raii/babel", { importSource: "#raii" }]]`,
      "#raii",
    ],
    [
      "comments",
      `// ${jsx}\n/* raii({ ${jsx} }) */ url: "https://a/*", raii({ importSource: '#raii' })`,
      "#raii",
    ],
  ])("%s", (_, text, expected) => {
    expect(importSourceOf([text], tmpdir())).toBe(expected);
  });
});

it("a probe is run without flags that wait, nor their values", () => {
  const words = (text: string): readonly string[] => text.split(" ");
  expect(
    withoutWaiting(
      words(
        "--watch --watch-path ./src --env-file .env --env-file=.env --inspect --import x.js --test-only app.js",
      ),
    ),
  ).toEqual(words("--import x.js app.js"));
});

it("what opens or changes files does nothing where effects are withheld", async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), "withhold-"));
  const file = join(folder, "file.txt");
  fs.writeFileSync(file, "kept");
  const at = (name: string): string => join(folder, name);
  const changed = [fs, fs.promises, childProcess];
  const kept = changed.map((each) => Object.getOwnPropertyDescriptors(each));
  withholdEffects();
  try {
    const opened = fs.openSync(file, "w");
    fs.writeSync(opened, "gone");
    fs.ftruncateSync(opened, 0);
    fs.fchmodSync(opened, 0o600);
    fs.closeSync(opened);
    const handle = await fs.promises.open(at("a"), "a");
    await handle.writeFile("gone");
    await handle.truncate();
    await handle.close();
    await new Promise((resolve) => fs.createWriteStream(at("b")).end("gone", () => resolve(undefined)));
    await new Promise<void>((resolve, reject) =>
      fs.open(at("c"), fs.constants.O_RDWR | fs.constants.O_CREAT, (error, fd) => {
        fs.closeSync(fd);
        if (error) reject(error);
        else resolve();
      }),
    );
    fs.mkdtempSync(at("d"));
    await new Promise((resolve) => fs.mkdtemp(at("d"), resolve));
    await fs.promises.mkdtemp(at("d"));
    fs.lutimesSync(file, 0, 0);
    const reading = fs.openSync(file, "r");
    expect(fs.readFileSync(reading, "utf8")).toBe("kept");
    fs.closeSync(reading);
  } finally {
    changed.forEach((each, index) => Object.defineProperties(each, kept[index]!));
    syncBuiltinESMExports();
  }
  expect(fs.readdirSync(folder)).toEqual(["file.txt"]);
  expect(fs.statSync(file).mtimeMs).toBeGreaterThan(0);
  expect(fs.existsSync(devNull)).toBe(true);
});
