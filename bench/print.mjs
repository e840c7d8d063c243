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

/** What the two lowerings are to hold: the times of `variant`, as ratios to those of `base`. */
const targets = [
  { names: ["one", "three", "eight"], variant: "program", base: "typescript", limit: 1 },
  { names: ["one", "three", "eight"], variant: "program", base: "native", limit: 0.5 },
  { names: ["three"], variant: "inline", base: "nested", limit: 2 },
  { names: ["block", "loop"], variant: "program", base: "typescript", limit: 2 },
  { names: ["async", "async-of-sync", "async-mixed"], variant: "program", base: "nested", limit: 1.2 },
  { names: ["async", "async-of-sync", "async-mixed"], variant: "program", base: "typescript", limit: 1 },
];

/** One line for each target: what it is, what was measured, whether it holds. */
export function printVerdict(results, { few, lots, size }) {
  console.log("\nTargets\n");
  const line = (what, values, limit, note = "") => {
    const verdict = values.every((value) => value <= limit) ? "holds" : "MISSED";
    const figures = values.map((value) => (Number.isInteger(value) ? value : value.toFixed(2))).join(", ");
    console.log(`${verdict.padEnd(6)}  ${what} ≤ ${limit}: ${figures}${note}`);
  };
  for (const { names, variant, base, limit } of targets) {
    for (const name of names) {
      const values = ["mono", "mega"].flatMap((mode) => {
        const times = results.get(name)[mode];
        return times.has(base) ? [times.get(variant) / times.get(base)] : [];
      });
      if (values.length > 0) line(`${name}, ${variant}: × ${base}`, values, limit, both);
    }
  }
  line(
    "1e6 resources in one scope: ns each, × those of 1e5",
    [lots.ns / few.ns],
    1.5,
    ` (${lots.ns.toFixed(0)} ns)`,
  );
  line("1e6 resources in one scope: bytes each", [lots.bytes], 64);
  line("bytes of the runtime one function needs, min+gzip", [size.all - size.code], 1500);
}
