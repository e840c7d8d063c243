import type { Host, Setup } from "./host";

/** `vite: { plugins: [raii()] },` */
const nested = (path: readonly string[], value: string): string =>
  `${path.reduceRight((inner, key) => (inner === "" ? `${key}: ${value}` : `${key}: { ${inner} }`), "")},`;

const importOf = (from: string): string => `import raii from "${from}";`;

/** What to write by hand, for each kind of setup. */
const writers: { readonly [K in Setup["kind"]]: (setup: Extract<Setup, { kind: K }>) => readonly string[] } =
  {
    plugin: ({ from, list }) => [importOf(from), nested(list, "[raii()]")],
    list: ({ list, value }) => [nested(list, `["${value}"]`)],
    wrap: ({ from }) => [importOf(from), "export default raii()(config);"],
    jest: () => [
      'transform: { "\\\\.[jt]sx?$": ["ts-raii/jest", { wrap: "babel-jest" }] }, // or "@swc/jest", "ts-jest"',
    ],
    option: ({ from, property, value }) => [importOf(from), `typescript({ ${property}: ${value} }),`],
    loader: ({ from, loader, property, value }) => [
      importOf(from),
      `{ loader: "${loader}", options: { ${property}: ${value} } },`,
    ],
    script: ({ start }) => [`${start[0]!.startsWith("-") ? "deno run " : ""}${start.join(" ")} app.ts`],
    preload: ({ module }) => [`preload = ["${module}"]`],
    target: ({ list, value }) => [
      nested(
        list.map((key) => `"${key}"`),
        `["${value}"]`,
      ),
    ],
    "nx-plugin": ({ plugin, option, value }) => [
      `"plugins": [{ "plugin": "${plugin}", "options": { "${option}": "${value}" } }],`,
    ],
    compiler: ({ section }) => [
      '"compilerOptions": { "plugins": [{ "name": "ts-raii", "transform": "ts-raii/transformer" }] },',
      ...(section === undefined ? [] : [`"${section.name}": { "compiler": "${section.compiler}" },`]),
    ],
  };

/** The lines that make a host run ts-raii, for one who writes them by hand. */
export function linesFor({ setup }: Host): readonly string[] {
  return (writers[setup.kind] as (setup: Setup) => readonly string[])(setup);
}
