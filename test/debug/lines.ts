import type { Shape } from "./shapes.ts";

/** What the lines of a shape are, by their numbers, which count from 1. */
export interface Lines {
  /** The function that holds resources. */
  readonly work: { readonly start: number; readonly end: number };
  /** What calls it; `calls` is the line of the call. */
  readonly call: { readonly start: number; readonly end: number; readonly calls: number };
  /** The first line that acquires. */
  readonly acquires: number;
  /** A line of the body that does no such thing. */
  readonly body: number;
  /** A line in the function that opens the resource. */
  readonly open: number;
  /** A line in the function that releases it. */
  readonly release: number;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** What a line is, as the table of deviations names it. */
  readonly roleOf: (line: number | undefined) => string;
}

export function linesOf({ text }: Shape): Lines {
  const lines = text.split("\n");
  const numberOf = (pattern: RegExp, from = 0): number =>
    lines.findIndex((line, index) => index >= from && pattern.test(line)) + 1;
  const start = numberOf(/^(const work = .*\{|(async )?function\*? work|class )/);
  const end = numberOf(/^}/, start);
  const callStart = numberOf(/^export (async )?function call/);
  const call = {
    start: callStart,
    end: numberOf(/^}/, callStart),
    calls: numberOf(/\bwork\(\)[;)]/, callStart),
  };
  const acquires = numberOf(/\braii\(/);
  const isReleasedAsynchronously = /await raii/.test(text);
  const release = numberOf(
    /log\.push\(name\)/,
    numberOf(isReleasedAsynchronously ? /asyncDispose\]\(\): / : /\.dispose\]\(\): /),
  );
  const uses = numberOf(/use\(\)|await later/, acquires);
  const head = numberOf(/"use raii"/) - 1;
  const roleOf = (line: number | undefined): string => {
    if (line === undefined) return "nothing";
    const role = lines[line - 1]!;
    if (line === head) return "head";
    if (line === release || line === release + 1) return "release";
    if (line >= call.start && line <= call.end) return "caller";
    if (/\braii\(/.test(role)) return "raii";
    if (/finally \{/.test(role) || line === end) return "brace";
    if (/^\s*yield/.test(role)) return "yield";
    if (/for await/.test(role)) return "for await";
    if (/\breturn\b/.test(role) && line <= end) return "return";
    if (/\bawait\b/.test(role)) return "await";
    return "line";
  };
  return {
    work: { start, end: Math.max(end, numberOf(/finally/)) },
    call,
    acquires,
    body: uses > 0 && uses < end ? uses : acquires + 1,
    open: numberOf(/^ {2}return \{/),
    release,
    isAsync: /async (function\*? )?(work)|work = async/.test(text),
    isGenerator: /function\*/.test(text),
    roleOf,
  };
}

/** In what two sequences of stops differ: what has to be put in and left out of the one to get the other. */
export function differences(shape: Shape, byHand: readonly number[], ours: readonly number[]): string[] {
  const { roleOf } = linesOf(shape);
  // The longest sequence that both have, from each pair of places on.
  const common = Array.from({ length: byHand.length + 1 }, () => new Array<number>(ours.length + 1).fill(0));
  for (let a = byHand.length - 1; a >= 0; a--) {
    for (let b = ours.length - 1; b >= 0; b--) {
      common[a]![b] =
        byHand[a] === ours[b] ? common[a + 1]![b + 1]! + 1 : Math.max(common[a + 1]![b]!, common[a]![b + 1]!);
    }
  }
  const found = new Set<string>();
  for (let a = 0, b = 0; a < byHand.length || b < ours.length;) {
    if (a < byHand.length && b < ours.length && byHand[a] === ours[b]) {
      a++;
      b++;
    } else if (b < ours.length && (a === byHand.length || common[a]![b + 1]! >= common[a + 1]![b]!)) {
      found.add(
        `${byHand[a - 1] === ours[b] || ours[b - 1] === ours[b] ? "again" : "more"}: ${roleOf(ours[b++])}`,
      );
    } else found.add(`less: ${roleOf(byHand[a++])}`);
  }
  return [...found];
}
