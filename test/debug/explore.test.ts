import { it } from "vitest";
import { appendFileSync, writeFileSync } from "node:fs";
import { Debugger, type Client, type StepKind } from "./debugger.ts";
import { fileOf, startNode, writeShapes } from "./debuggee.ts";
import { shapes, variants } from "./shapes.ts";
it("explore", async () => {
  const folder = writeShapes("debug-explore", shapes);
  writeFileSync(`/tmp/explore${process.env.OUT ?? ""}.txt`, "");
  const out = { push: (t: string) => appendFileSync(`/tmp/explore${process.env.OUT ?? ""}.txt`, t + "\n") };
  for (const client of (process.env.CLIENTS ?? "VS Code,Chrome").split(",") as Client[]) {
    const { url, end } = await startNode(folder);
    const d = await Debugger.attach(url, client);
    while (!(await d.send("Runtime.evaluate", { expression: "globalThis.isLoaded" })).result.value)
      await new Promise((r) => setTimeout(r, 50));
    await d.ready();
    for (const kind of (process.env.KINDS ?? "over into").split(" ") as StepKind[])
      for (const shape of shapes) {
        if (process.env.ONLY && !shape.name.match(process.env.ONLY)) continue;
        for (const variant of variants) {
          const file = fileOf(shape.name, variant);
          const lines = shape.text.split("\n");
          const start =
            lines.findIndex((l) =>
              kind === "into"
                ? (/work\(\)[;)]/.test(l) && !/new Store/.test(l)) || /return (await )?work/.test(l)
                : /raii\(/.test(l),
            ) + 1;
          const bp = await d.setBreakpoint(`${file}.js`, start);
          const seen: string[] = [];
          const t0 = Date.now();
          let removed = false;
          await d.run(`globalThis.subjects[${JSON.stringify(file)}].call()`, async (pause) => {
            if (!removed && !pause.hitBreakpoints?.length) {
              seen.push(`(${pause.reason} ${JSON.stringify(d.placeOf(pause.callFrames[0]!.location))})`);
              return "resume";
            }
            const f = pause.callFrames[0]!;
            const place = d.placeOf(f.location);
            const name = place.file.endsWith(`${file}.js`)
              ? ""
              : place.file === ""
                ? "<eval>"
                : place.file.split("/").at(-1);
            if (process.env.V)
              appendFileSync(
                `/tmp/explore${process.env.OUT ?? ""}.txt`,
                "  " +
                  JSON.stringify([
                    place.line,
                    f.location.lineNumber + 1,
                    f.location.columnNumber,
                    f.functionName,
                  ]) +
                  "\n",
              );
            if (!removed) {
              removed = true;
              await d.removeBreakpoint(bp);
            }
            seen.push(
              `${name}${place.line ?? "?" + f.location.lineNumber}${name || process.env.COL ? ":" + place.column : ""}`,
            );
            if (place.file === "" || seen.length > 150) return "resume";
            return kind;
          });
          out.push(
            `${variant === "by hand" ? client + " " + kind + " " + shape.name + "\n" : ""}   ${variant.padEnd(8)} ${start === bp.line ? "" : `bp ${start}->${bp.line}: `}${seen.join(" ")} ${Date.now() - t0}`,
          );
        }
      }
    d.close();
    end();
  }
}, 60000);
