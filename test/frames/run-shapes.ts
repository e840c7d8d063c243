import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { compile, lowerings } from "../harness/compile.ts";
import { mapFrames, parseStack, show } from "./frames.ts";
import { type Shape } from "./shapes.ts";
import { tools } from "./tools.ts";

export const variants = ["by-hand", ...lowerings] as const;
export type Variant = (typeof variants)[number];

/** The frames of each shape in each variant: as Node maps them itself, and as the maps say. */
export interface Traces {
  readonly byNode: Record<Variant, readonly string[][]>;
  readonly byMaps: Record<Variant, readonly string[][]>;
}

const imports = `import { raii, resource } from "ts-raii"; import { later, fail, failAtOnce, open, connect, stream, closesBadly } from "../tools.js";`;

const main = `
import { variants, count } from "./list.js";
Error.stackTraceLimit = 50;
const result = {};
for (const variant of variants) {
  result[variant] = [];
  for (let i = 0; i < count; i++) {
    const { run } = await import(\`./\${variant}/shape\${i}.js\`);
    const stack = await (async () => run())().then(() => "nothing was thrown", (error) => error.stack);
    result[variant].push(stack);
  }
}
console.log(JSON.stringify(result));
`;

/** Compiles the shapes, runs them in Node with and without \`--enable-source-maps\`, and reads the frames of what they throw. */
export function runShapes(name: string, shapes: readonly Shape[]): Traces {
  const folder = join(import.meta.dirname, "../../.tmp", name);
  rmSync(folder, { recursive: true, force: true });
  const maps = new Map<string, TraceMap>();
  for (const variant of variants) {
    mkdirSync(join(folder, variant), { recursive: true });
    shapes.forEach(({ annotated, byHand }, index) => {
      const { code, map } = compile(imports + (variant === "by-hand" ? byHand : annotated), {
        ...(variant === "by-hand" ? { transform: false } : { lowering: variant }),
        fileName: `shape${index}.ts`,
        compilerOptions: { module: ts.ModuleKind.ESNext },
      });
      writeFileSync(join(folder, variant, `shape${index}.js`), code);
      writeFileSync(join(folder, variant, `shape${index}.js.map`), map!);
      maps.set(`${variant}/shape${index}.js`, new TraceMap(map!));
    });
  }
  writeFileSync(join(folder, "tools.js"), tools);
  writeFileSync(
    join(folder, "list.js"),
    `export const variants = ${JSON.stringify(variants)}; export const count = ${shapes.length};`,
  );
  writeFileSync(join(folder, "main.mjs"), main);

  const readStacks = (...options: string[]): Record<Variant, string[]> => {
    const output = execFileSync(process.execPath, [...options, join(folder, "main.mjs")], {
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    return JSON.parse(output) as Record<Variant, string[]>;
  };
  const each = (
    stacks: Record<Variant, string[]>,
    read: (stack: string) => string[],
  ): Record<Variant, string[][]> =>
    Object.fromEntries(variants.map((variant) => [variant, stacks[variant].map(read)])) as Record<
      Variant,
      string[][]
    >;
  return {
    byNode: each(readStacks("--enable-source-maps"), (stack) =>
      show(parseStack(stack).filter(({ file }) => /shape\d+\.ts$|\/tools\.js$/.test(file))),
    ),
    byMaps: each(readStacks(), (stack) =>
      show(
        mapFrames(parseStack(stack), (file) =>
          file.endsWith("/tools.js") ? "as it is" : maps.get(file.split("/").slice(-2).join("/")),
        ),
      ),
    ),
  };
}
