import { expect, it } from "vitest";
import { wantedPackages } from "../../../cli/init/wanted-packages.ts";

it.each([
  ["20.20.2", "ts-patch@3.3"],
  ["22.14.0", "ts-patch@3.3"],
  ["22.15.0", "ts-patch@4"],
  ["24.1.0", "ts-patch@4"],
])("on Node %s tspc takes %s, which runs there", (node, expected) => {
  const wanted = wantedPackages({
    manifests: [],
    typescript: { installed: undefined, usable: undefined },
    hasTsPatch: false,
    needsTsPatch: true,
    node,
  });
  expect(wanted.flatMap(({ packages }) => packages)).toEqual(["ts-raii", "typescript@6", expected]);
});
