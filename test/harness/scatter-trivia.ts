import fc from "fast-check";
import ts from "typescript";
import { readFixture } from "./exec-fixtures.ts";
import { findMisprint, readTree, sameTree, type Tree } from "./meant-tree.ts";

/** What can stand between two tokens. */
export const trivia = [
  "/* one line */",
  "// to the end of the line\n",
  "\n",
  "/* more\nthan one line */",
  "/*#__PURE__*/",
  "\n// a line of its own\n",
  "\n/* a line of its own */\n",
  "\n\n/* first */ // second\n",
] as const;

/** Which trivia to put where: the numbers are taken modulo what there is. */
export type Scattered = readonly (readonly [gap: number, kind: number])[];

/** Up to 80 of them. */
export const scattered: fc.Arbitrary<Scattered> = fc.array(
  fc.tuple(fc.nat(99_999), fc.nat(trivia.length - 1)),
  { maxLength: 80, size: "max" },
);

const gapsOfFixtures = new Map<string, Gaps>();

/** The places of an executable fixture. */
export function gapsOf(path: string): Gaps {
  if (!gapsOfFixtures.has(path)) gapsOfFixtures.set(path, findGaps(readFixture(path)));
  return gapsOfFixtures.get(path)!;
}

/** A source whose gaps between tokens are known. */
export interface Gaps {
  readonly source: string;
  readonly tree: Tree;
  /** Places between tokens, at both ends of what stands there now. */
  readonly places: readonly number[];
}

/** Finds the places of a module where trivia can stand. */
export function findGaps(source: string): Gaps {
  const file = parse(source);
  const places = new Set<number>();
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
    if (children.length > 0) return children.forEach(visit);
    places.add(node.getFullStart()).add(node.getStart(file));
  };
  visit(file);
  return { source, tree: readTree(ts, file), places: [...places].sort((a, b) => a - b) };
}

/**
 * Puts trivia into the source, where it means the same after that (no line break behind a `return`), and where TypeScript
 * itself prints what it means: it does not between the type that an arrow function returns and its arrow.
 */
export function scatterTrivia(gaps: Gaps, scattered: Scattered): string {
  const insertions = new Map(
    scattered.map(([gap, kind]) => [gaps.places[gap % gaps.places.length]!, trivia[kind % trivia.length]!]),
  );
  const kept = keepHarmless(gaps, [...insertions]);
  const text = insert(gaps.source, kept);
  // What is harmless in each half may not be in both.
  return isSame(gaps, text) ? text : gaps.source;
}

type Insertion = readonly [place: number, text: string];

function keepHarmless(gaps: Gaps, insertions: Insertion[]): Insertion[] {
  if (insertions.length === 0 || isSame(gaps, insert(gaps.source, insertions))) return insertions;
  if (insertions.length === 1) return [];
  const middle = insertions.length >> 1;
  return [
    ...keepHarmless(gaps, insertions.slice(0, middle)),
    ...keepHarmless(gaps, insertions.slice(middle)),
  ];
}

function insert(source: string, insertions: readonly Insertion[]): string {
  let text = "";
  let end = 0;
  for (const [place, inserted] of [...insertions].sort(([a], [b]) => a - b)) {
    text += source.slice(end, place) + inserted;
    end = place;
  }
  return text + source.slice(end);
}

function isSame({ tree }: Gaps, text: string): boolean {
  const file = parse(text);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly ts.Diagnostic[] };
  return (
    parseDiagnostics.length === 0 &&
    sameTree(tree, readTree(ts, file)) &&
    findMisprint(text, { transform: false }) === undefined
  );
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("input.ts", source, ts.ScriptTarget.ESNext, true);
}
