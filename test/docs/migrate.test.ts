import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { typeErrorsIn } from "./type-errors-in.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/migrate.md"), "utf8");

it("docs/migrate.md: every block type-checks, with the imports that it shows", () => {
  const blocks = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, block]) => block!);
  expect(blocks).toHaveLength(3);
  expect(typeErrorsIn(blocks)).toEqual([]);
});
