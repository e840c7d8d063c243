import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import * as api from "../../source/index.ts";
import { compile } from "../harness/compile.ts";
import { evaluate } from "../harness/evaluate.ts";
import { typeErrorsIn } from "./type-errors-in.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
const [block] = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, text]) => text!);

it("the block of docs/api.md type-checks, and prints a compiled function", () => {
  expect(typeErrorsIn([block!])).toEqual([]);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    evaluate(compile(block!, { transform: false }).code, "api.js", (id) =>
      id === "ts-raii/api" ? api : undefined,
    );
    expect(error).not.toHaveBeenCalled();
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^export function copy[^]*\btry \{/m));
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
});
