// To look for what killed processes have left must not cost each of those who write at the same time a look.
import { readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { removeLeftoversAsync } from "../../runtime/node/common/leftovers.ts";
import { testFolder } from "./child.ts";

const folder = testFolder();

describe("removeLeftoversAsync()", () => {
  it("looks once for all who come while it looks", async () => {
    writeFileSync(folder.join("left"), "");
    let looks = 0;
    const isLeft = (name: string): boolean => {
      if (name === "left") looks++;
      return false;
    };
    await Promise.all(Array.from({ length: 200 }, () => removeLeftoversAsync(folder.path, isLeft)));
    expect(looks).toBe(1);
    expect(readdirSync(folder.path)).toEqual(["left"]);
  });
});
