import { changeCode, exportedValue, parseCode, quotedFor, Resolver } from "./code-file";
import { insertFirst, insertLast } from "./insert";
import { changeJson, parseJson, quoted } from "./json-file";
import { propertyOf } from "./lists";
import type { Insertion, Item, Literal, ObjectLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

/** What `ts-raii/jest` wraps. Other transformers are for other kinds of files. */
const transformers = new Set(["babel-jest", "@swc/jest", "ts-jest", "esbuild-jest", "@sucrase/jest-plugin"]);

/** The presets of ts-jest, each with the pattern that its transform has. */
const presets: Readonly<Record<string, string>> = {
  "ts-jest": "^.+\\.tsx?$",
  "ts-jest/presets/default": "^.+\\.tsx?$",
  "ts-jest/presets/js-with-ts": "^.+\\.[tj]sx?$",
  "ts-jest/presets/js-with-babel": "^.+\\.tsx?$",
};

interface Writer {
  readonly quote: (text: string) => string;
  /** Writes a key that is a name. */
  readonly key: (name: string) => string;
}

/** Lets `ts-raii/jest` compile first, in a configuration that is code. */
export function wrapJestInCode(path: string, text: string): string {
  const file = parseCode(path, text);
  const objects = new Resolver(file).objects(exportedValue(file), "transform");
  const writer = { quote: quotedFor(file), key: (name: string) => name };
  return changeCode(path, text, unique(objects.flatMap((each) => wrapTransforms(text, each, writer))));
}

/** A transformer that has a name may stand behind several patterns. */
const unique = (insertions: readonly Insertion[]): readonly Insertion[] =>
  insertions.filter(
    (each, index) => insertions.findIndex(({ at, text }) => at === each.at && text === each.text) === index,
  );

/** Lets `ts-raii/jest` compile first, in JSON. @param key the property of package.json that has the configuration. */
export function wrapJestInJson(text: string, key: string | undefined): string {
  const root = parseJson(text);
  const config = key === undefined ? root : propertyOf(root, key);
  if (config?.kind !== "object") throw new UnknownShape(`"${key}" is no object`);
  return changeJson(text, wrapTransforms(text, config, { quote: quoted, key: quoted }));
}

function wrapTransforms(text: string, config: ObjectLiteral, writer: Writer): readonly Insertion[] {
  if (propertyOf(config, "projects") !== undefined)
    throw new UnknownShape("its tests are split into projects, each with a transform of its own");
  const transform = propertyOf(config, "transform");
  const preset = propertyOf(config, "preset");
  const ofPreset = preset?.kind === "text" ? presets[preset.text] : undefined;
  if (preset !== undefined && ofPreset === undefined)
    throw new UnknownShape("the transform of its preset is not known");
  const entry = (pattern: string, wrapped: string): string =>
    `${writer.quote(pattern)}: [${writer.quote("ts-raii/jest")}, { ${writer.key("wrap")}: ${writer.quote(wrapped)} }]`;
  if (transform === undefined) {
    const [pattern, wrapped] = ofPreset === undefined ? ["\\.[jt]sx?$", "babel-jest"] : [ofPreset, "ts-jest"];
    return [insertFirst(text, config, `${writer.key("transform")}: { ${entry(pattern, wrapped)} }`)];
  }
  if (transform.kind !== "object") throw new UnknownShape("its transform is not written out as an object");
  const wrapped = transform.items.flatMap(({ value }) => wrapValue(value, writer));
  if (wrapped.length > 0 && ofPreset === undefined && isClosed(transform)) return wrapped;
  if (wrapped.length > 0) throw new UnknownShape("not all of its transform is written out");
  if (ofPreset !== undefined) return [insertFirst(text, transform, entry(ofPreset, "ts-jest"))];
  // What `ts-jest config:init` writes: the transform of the preset is spread.
  const [only] = transform.items;
  if (transform.items.length === 1 && only!.key === undefined && /ts-?jest/i.test(spreadOf(text, only!)))
    return [insertLast(text, transform, entry("^.+\\.tsx?$", "ts-jest"))];
  throw new UnknownShape("its transform has nothing that compiles TypeScript as far as is known");
}

const isClosed = ({ items }: ObjectLiteral): boolean => items.every(({ key }) => key !== undefined);

const spreadOf = (text: string, { start, end }: Item): string => text.slice(start, end);

/** Puts `["ts-raii/jest", { wrap: … }]` around a transformer. */
function wrapValue(value: Literal, { quote, key }: Writer): readonly Insertion[] {
  const name = value.kind === "array" ? value.items[0]?.value : value;
  if (name?.kind !== "text" || !transformers.has(nameOf(name.text))) return [];
  return [
    { at: value.start, text: `[${quote("ts-raii/jest")}, { ${key("wrap")}: ` },
    { at: value.end, text: " }]" },
  ];
}

/** `<rootDir>/node_modules/babel-jest` is babel-jest. */
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, "");
