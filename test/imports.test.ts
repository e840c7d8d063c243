import { join } from "node:path";
import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import { describe, expect, it } from "vitest";

/*
 * Who may import whom. Each room may import itself and the rooms before it in its list; no file imports itself by a detour.
 */

const root = join(import.meta.dirname, "..");

/** The rooms of a tree, the lowest first. A room that is a list may not import its neighbours in that list. */
const trees: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  transformer: ["syntax", "diagnostics", "1-analyze", ["flow", "2-lower"], "fixes", "rules", "*"],
  runtime: [
    "core",
    "compose",
    "combinators",
    "cancel",
    "sharing",
    "contextlib",
    "ownership",
    ["database", "node/common"],
    "node/files",
    "node/locks",
    "node/signals",
    "node/processes",
    "node/net",
    "node",
    "*",
  ],
};

/** The files of a room; those that stand beside the rooms are one, too. */
const filesOf = (tree: string, room: string): string =>
  room === "*" ? `^${tree}/[^/]+$` : `^${tree}/${room}/`;

function rulesOf(tree: string): readonly IForbiddenRuleType[] {
  const rooms = trees[tree]!;
  return rooms.flatMap((level, index) =>
    [level].flat().map((room) => {
      const allowed = [room, ...rooms.slice(0, index).flat()];
      return {
        name: `${tree}/${room} imports ${allowed.join(", ")} only`,
        severity: "error" as const,
        from: { path: filesOf(tree, room) },
        to: {
          path: `^(transformer|runtime|editor|eslint|cli|test)/`,
          pathNot: allowed.map((each) => filesOf(tree, each)),
        },
      };
    }),
  );
}

/** Expects that nothing in the folders imports against the rules, nor itself by a detour. */
async function expectNone(folders: string[], rules: readonly IForbiddenRuleType[]): Promise<void> {
  const detour = "no file imports itself by a detour";
  const { output } = await cruise(folders, {
    baseDir: root,
    ruleSet: { forbidden: [...rules, { name: detour, severity: "error", from: {}, to: { circular: true } }] },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
  });
  const { summary, modules } = output as ICruiseResult;
  expect(modules.length).toBeGreaterThan(50);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
}

describe.each(Object.keys(trees))("%s", (tree) => {
  it("imports downwards only", async () => {
    await expectNone([tree], rulesOf(tree));
  });
});

/** What each folder beside these trees may import, besides itself. */
const faces: Readonly<Record<string, readonly string[]>> = {
  toolchain: [],
  source: ["toolchain", "transformer"],
  hosts: ["source", "toolchain", "transformer"],
  editor: ["toolchain", "transformer"],
  eslint: ["source", "toolchain", "transformer"],
  cli: ["toolchain", "transformer"],
};

it("the faces import the transformer, and not each other", async () => {
  const rules = Object.entries(faces).map(([folder, allowed]) => ({
    name: `${folder} imports ${[folder, ...allowed].join(", ")} only`,
    severity: "error" as const,
    from: { path: `^${folder}/` },
    to: {
      path: `^(transformer|runtime|test|${Object.keys(faces).join("|")})/`,
      pathNot: `^(${[folder, ...allowed].join("|")})/`,
    },
  }));
  await expectNone(Object.keys(faces), rules);
});
