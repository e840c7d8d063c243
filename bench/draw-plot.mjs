import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";

const width = 820;
const height = 460;
const margin = { top: 44, right: 150, bottom: 48, left: 62 };

/** Told apart by colour and by dashes, for those who do not see the one. */
const styles = {
  program: ["#2563eb", ""],
  inline: ["#16a34a", ""],
  nested: ["#111827", "2 3"],
  typescript: ["#ea580c", ""],
  esbuild: ["#ea580c", "6 3"],
  babel: ["#ea580c", "2 3"],
  native: ["#dc2626", ""],
  stack: ["#dc2626", "6 3"],
  recursive: ["#7c3aed", "6 3"],
};

const labels = {
  program: "program",
  inline: "inline",
  nested: "by hand",
  typescript: "TypeScript's using",
  esbuild: "esbuild's using",
  babel: "Babel's using",
  native: "the engine's using",
  stack: "DisposableStack",
  recursive: "recursive runner",
};

/**
 * Draws nanoseconds against the number of resources, the former on a logarithmic scale.
 *
 * @param series `[variant, [[count, ns], …]]`
 * @returns the text of an SVG.
 */
export function drawPlot(title, series) {
  const points = series.flatMap(([, values]) => values);
  const x = scaleLinear()
    .domain([0, Math.max(...points.map(([count]) => count))])
    .range([margin.left, width - margin.right]);
  const y = scaleLog()
    .domain([Math.min(...points.map(([, ns]) => ns)), Math.max(...points.map(([, ns]) => ns))])
    .nice()
    .range([height - margin.bottom, margin.top]);
  const path = line(
    ([count]) => Math.round(x(count) * 10) / 10,
    ([, ns]) => Math.round(y(ns) * 10) / 10,
  );
  const text = (left, top, content, more = "") => `<text x="${left}" y="${top}"${more}>${content}</text>`;
  const parts = [text(margin.left, 22, title, ' font-weight="bold"')];
  for (const tick of y.ticks()) {
    const isPower = Number.isInteger(Math.log10(tick));
    const top = Math.round(y(tick));
    parts.push(
      `<path d="M${margin.left},${top}H${width - margin.right}" stroke="${isPower ? "#9ca3af" : "#e5e7eb"}"/>`,
    );
    if (isPower || /^[25]/.test(String(tick)))
      parts.push(text(margin.left - 8, top + 4, String(tick), ' text-anchor="end"'));
  }
  for (const tick of x.ticks(12))
    parts.push(text(Math.round(x(tick)), height - margin.bottom + 18, String(tick), ' text-anchor="middle"'));
  parts.push(
    text((margin.left + width - margin.right) / 2, height - 10, "resources", ' text-anchor="middle"'),
  );
  parts.push(
    text(16, height / 2, "ns for one call", ` text-anchor="middle" transform="rotate(-90 16 ${height / 2})"`),
  );
  for (const [name, values] of series) {
    const [stroke, dashes] = styles[name];
    const dash = dashes === "" ? "" : ` stroke-dasharray="${dashes}"`;
    parts.push(`<path d="${path(values)}" fill="none" stroke="${stroke}" stroke-width="2"${dash}/>`);
  }
  for (const [name, top] of spread(series.map(([name, values]) => [name, y(values.at(-1)[1])])))
    parts.push(
      text(width - margin.right + 8, Math.round(top) + 4, labels[name], ` fill="${styles[name][0]}"`),
    );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

/** Moves labels apart that would lie on each other. */
function spread(placed) {
  const sorted = placed.sort(([, a], [, b]) => a - b);
  let last = -Infinity;
  return sorted.map(([name, top]) => [name, (last = Math.max(top, last + 14))]);
}
