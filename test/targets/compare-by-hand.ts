import ts from "typescript";
import ts5 from "typescript-5";
import { compile, type Lowering, lowerings } from "../harness/compile.ts";
import { observeFixture, tick } from "../harness/observe-fixture.ts";

/** The targets that TypeScript lowers to. ES5 is one of TypeScript 5.9 only. */
export const targets = {
  ES5: { compiler: ts5 as unknown as typeof ts, options: { target: 1, downlevelIteration: true } },
  ES2015: { compiler: ts, options: { target: ts.ScriptTarget.ES2015 } },
  ES2017: { compiler: ts, options: { target: ts.ScriptTarget.ES2017 } },
  ES2021: { compiler: ts, options: { target: ts.ScriptTarget.ES2021 } },
  ES2022: { compiler: ts, options: { target: ts.ScriptTarget.ES2022 } },
} as const satisfies Record<string, { compiler: typeof ts; options: ts.CompilerOptions }>;
export type Target = keyof typeof targets;

/** A function that uses `raii(x)` in its own code, but not in a block: it can be said with a list and a `try`. */
export interface Case {
  /** Its statements. `raii` stands in them for the marker. */
  readonly body: string;
  readonly isAsync: boolean;
  readonly target: Target;
  readonly options?: ts.CompilerOptions;
  /** Makes the module of the function's text: `default` is to be a function that is given the tools. */
  readonly place?: (fn: (head: string) => string) => string;
}

/** What the same function does under a lowering, beside what it does written by hand, compiled with the same options. */
export type Outcome =
  | { readonly kind: "the same" }
  /** TypeScript makes nothing that runs of what was written by hand, and of ours something or nothing, too. */
  | { readonly kind: "TypeScript's fault"; readonly oursRuns: boolean }
  | { readonly kind: "reported"; readonly keys: readonly string[]; readonly byHandRuns: boolean }
  | { readonly kind: "different"; readonly got: readonly string[]; readonly expected: readonly string[] };

const tools = "{ open, openAsync, log, later, trace, attempt, attemptAsync }: any";

/** Compiles and runs a case under both lowerings. */
export async function compareByHand(each: Case): Promise<Record<Lowering, Outcome>> {
  const { compiler, options } = targets[each.target];
  const compilerOptions = { ...options, ...each.options, sourceMap: false };
  const byHand = writeByHand(each);
  const expected = await run(() => compile(byHand, { compiler, transform: false, compilerOptions }).code);
  const outcomes: Partial<Record<Lowering, Outcome>> = {};
  for (const lowering of lowerings) {
    let keys: string[] = [];
    const got = await run(() => {
      const { code, findings } = compile(writeWithRaii(each), { compiler, lowering, compilerOptions });
      keys = findings.map(({ key }) => key);
      return code;
    });
    outcomes[lowering] = await judge(got, keys);
  }
  return outcomes as Record<Lowering, Outcome>;

  async function judge(got: Run, keys: readonly string[]): Promise<Outcome> {
    if (keys.length > 0) return { kind: "reported", keys, byHandRuns: expected.runs };
    if (expected.runs) {
      if (same(got.log, expected.log)) return { kind: "the same" };
      return { kind: "different", ...difference(got.log, expected.log) };
    }
    if (got.runs) {
      // What it means is then to be seen where TypeScript has less to do.
      const meant = await Promise.all([undefined, true].map((define) => runAsMeant(define)));
      const asAny = meant.some(({ runs, log }) => !runs || same(got.log, log));
      if (!asAny) return { kind: "different", ...difference(got.log, meant[0]!.log) };
    }
    return { kind: "TypeScript's fault", oursRuns: got.runs };
  }

  function runAsMeant(define: boolean | undefined): Promise<Run> {
    const { target } = targets.ES2022.options;
    const meant = { ...each.options, target, ...(define && { useDefineForClassFields: true }) };
    return run(() => compile(byHand, { transform: false, compilerOptions: meant }).code);
  }
}

interface Run {
  /** Whether it is a program at all. */
  readonly runs: boolean;
  /** Without its ticks, and without the names that TypeScript makes up. */
  readonly log: readonly string[];
}

async function run(emit: () => string): Promise<Run> {
  try {
    const log = await observeFixture(emit(), "case.js");
    const madeUp = /\b(?:_[a-z]|[a-z]+_\d+)(?=$|,| )/g;
    return { runs: true, log: log.filter((line) => line !== tick).map((line) => line.replace(madeUp, "")) };
  } catch (error) {
    return { runs: false, log: [String(error)] };
  }
}

/** Both logs from shortly before the place where they part. */
function difference(
  got: readonly string[],
  expected: readonly string[],
): { readonly got: readonly string[]; readonly expected: readonly string[] } {
  const at = expected.findIndex((line, index) => line !== got[index]);
  const around = (log: readonly string[]): string[] => log.slice(Math.max(0, at - 3), at + 2);
  return { got: around(got), expected: around(expected) };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const alone = (fn: (head: string) => string): string => fn("export default function main");

function writeWithRaii({ body, isAsync, place = alone }: Case): string {
  const text = place((head) => `${keyword(head, isAsync)}(${tools}) { "use raii"; ${body} }`);
  return `import { raii } from "ts-raii";\n${text}`;
}

function writeByHand({ body, isAsync, place = alone }: Case): string {
  const release = isAsync
    ? "const h = held.pop(); await (h[Symbol.asyncDispose] ?? h[Symbol.dispose]).call(h);"
    : "held.pop()[Symbol.dispose]();";
  const raii = "const held: any[] = [], raii = (r: any) => (held.push(r), r);";
  return place(
    (head) =>
      `${keyword(head, isAsync)}(${tools}) { ${raii} try { ${body} } finally { while (held.length > 0) { ${release} } } }`,
  );
}

/** Puts `async` where it belongs in the head of a function or method. */
function keyword(head: string, isAsync: boolean): string {
  return isAsync ? head.replace(/(function )|(?=\w+$)/, "async $1") : head;
}
