const format = (value, digits) => (value === undefined ? "-" : value.toFixed(digits));

/** ns of each variant, and in parentheses the ratios to TypeScript's emit and to nested try/finally. */
export function printTable(title, names, rows) {
  console.log(`\n${title}: ns (× TypeScript's emit, × nested try/finally)\n`);
  const cell = (times, name) => {
    const ns = times.get(name);
    if (ns === undefined) return "-";
    const ratios = [times.get("typescript"), times.get("nested")].map((base) => format(ns / base, 2));
    return `${format(ns, ns < 10 ? 1 : 0)} (${ratios.join(", ")})`;
  };
  printRows([
    ["", ...names],
    ...rows.map(({ label, times }) => [label, ...names.map((name) => cell(times, name))]),
  ]);
}

/** Rows of a Markdown table, the first one its head. */
function printRows(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  console.log([rows[0], rule, ...rows.slice(1)].map(line).join("\n"));
}

/** What the compiler takes for large files, alone and with the transform. */
export function printLarge(rows) {
  console.log(
    `\nLarge files, type-check and emit, rules included: seconds (× the compiler alone; the target is 1.3)\n`,
  );
  const cell = (times, name) =>
    `${format(times.get(name) / 1000, 1)} (${format(times.get(name) / times.get("tsc"), 2)})`;
  printRows([
    ["", "lines", "tsc", "program", "inline"],
    ...rows.map(({ kind, count, lines, times }) => [
      `${count} ${kind}`,
      String(lines),
      format(times.get("tsc") / 1000, 1),
      cell(times, "program"),
      cell(times, "inline"),
    ]),
  ]);
}

const both = " (one function, eight functions)";

const synchronous = ["one", "three", "eight"];
const inlined = [...synchronous, "block", "loop", "method", "closure", "constructor", "generator"];
const asynchronous = ["async", "async-of-sync", "async-mixed"];

/**
 * What the two lowerings are to hold: the times of `variant`, as ratios to those of `base`. With one function the engine
 * can make next to nothing of what is written by hand: there `more` nanoseconds are as good.
 */
const targets = [
  { names: inlined, variant: "inline", base: "nested", limit: 1.5, more: 6 },
  { names: inlined, variant: "inline", base: "typescript", limit: 0.25 },
  { names: asynchronous, variant: "inline", base: "nested", limit: 1.15 },
  { names: asynchronous, variant: "inline", base: "typescript", limit: 0.9 },
  { names: synchronous, variant: "program", base: "typescript", limit: 1.4 },
  { names: synchronous, variant: "program", base: "native", limit: 0.5 },
  { names: asynchronous, variant: "program", base: "typescript", limit: 1.2 },
  { names: asynchronous, variant: "program", base: "native", limit: 0.8 },
];

/** One line for each target: what it is, what was measured, whether it holds. */
export function printVerdict(results, whole) {
  console.log("\nTargets\n");
  const line = (what, values, limit, note = "", isNear = false) => {
    const [first, ...rest] = values;
    const holds = (isNear || first <= limit) && rest.every((value) => value <= limit);
    const verdict = holds ? "holds" : "MISSED";
    const figures = values.map((value) => (Number.isInteger(value) ? value : value.toFixed(2))).join(", ");
    console.log(`${verdict.padEnd(6)}  ${what} ≤ ${limit}: ${figures}${note}`);
  };
  for (const { names, variant, base, limit, more = 0 } of targets) {
    for (const name of names) {
      if (!results.has(name)) continue;
      const { mono } = results.get(name);
      const above = mono.get(variant) - mono.get(base);
      const values = ["mono", "mega"].flatMap((mode) => {
        const times = results.get(name)[mode];
        return times.has(base) && times.has(variant) ? [times.get(variant) / times.get(base)] : [];
      });
      const note = more > 0 ? `${both}; ${above.toFixed(1)} ns more` : both;
      if (values.length > 0)
        line(`${name}, ${variant}: × ${base}`, values, limit, note, above <= more && more > 0);
    }
  }
  if (whole === undefined) return;
  const { few, lots, size } = whole;
  line(
    "1e6 resources in one scope: ns each, × those of 1e5",
    [lots.ns / few.ns],
    1.5,
    ` (${lots.ns.toFixed(0)} ns)`,
  );
  line("1e6 resources in one scope: bytes each", [lots.bytes], 64);
  line("bytes of the runtime one function needs, min+gzip", [size.all - size.code], 1500);
}
