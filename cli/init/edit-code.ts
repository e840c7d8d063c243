import { basename } from "node:path";
import type * as babel from "@babel/types";
import type { LoaderSetup, OptionSetup, PluginSetup, WrapSetup } from "../project/host";
import {
  calledName,
  changeCode,
  type CodeFile,
  exportedValue,
  freeName,
  importOf,
  namesFrom,
  nodesIn,
  parseCode,
  quotedFor,
  Resolver,
} from "./code-file";
import { insertFirst } from "./insert";
import { insertIntoList, propertyOf } from "./lists";
import type { Insertion, Literal, ObjectLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

const plainKey = (key: string): string => key;

/** Puts the call of a plugin first in the list of plugins, and imports the plugin. */
export function addPlugin(path: string, text: string, { from, list, functions }: PluginSetup): string {
  const file = parseCode(path, text);
  const name = freeName(file, "raii");
  const roots =
    functions === undefined
      ? [exportedValue(file)]
      : argumentsOf(file, functions, from.replace("ts-raii/", ""));
  const resolver = new Resolver(file);
  const configs = unique(roots.flatMap((root) => resolver.objects(root, list[0]!)));
  const objects = configs.flatMap((each) => [each, ...projectsIn(each, text, basename(path))]);
  const insertions = objects.map((each) => insertIntoList(text, each, list, `${name}()`, plainKey));
  return changeCode(path, text, [importOf(file, name, from), ...uniqueInsertions(insertions)]);
}

/**
 * The projects into which tests are split, and which have plugins of their own: they do not extend this configuration.
 *
 * @throws {UnknownShape} where one is not written out: it may be another file.
 */
function projectsIn(config: ObjectLiteral, text: string, file: string): readonly ObjectLiteral[] {
  const test = config.items.find(({ key }) => key === "test")?.value;
  if (test?.kind !== "object") return [];
  const lists = test.items.filter(({ key }) => key === "projects" || key === "workspace");
  return lists.flatMap(({ value: list }) => {
    const projects = list.kind === "array" ? list.items.map(({ value }) => value) : [];
    if (list.kind !== "array" || !projects.every(isObject))
      throw new UnknownShape("its tests are split into projects that are not written out here");
    return projects.filter((project) => !isExtending(project, text, file));
  });
}

const isObject = (literal: Literal): literal is ObjectLiteral => literal.kind === "object";

/** Whether a project of Vitest takes over the plugins of the file that it stands in. */
function isExtending(project: ObjectLiteral, text: string, file: string): boolean {
  const base = propertyOf(project, "extends");
  if (base === undefined) return false;
  if (base.kind === "text" && basename(base.text) === file) return true;
  const written = text.slice(base.start, base.end);
  if (written === "true" || written === "false") return written === "true";
  throw new UnknownShape("a project of its tests extends another configuration");
}

/** The objects that the functions of a bundler are called with: `esbuild.build({ … })`. */
function argumentsOf(file: CodeFile, functions: readonly string[], bundler: string): readonly babel.Node[] {
  const names = bundler === "bun" ? ["Bun"] : namesFrom(file, bundler);
  const found: babel.Node[] = [];
  for (const node of nodesIn(file.program)) {
    if (node.type !== "CallExpression" || !functions.includes(calledName(node) ?? "")) continue;
    const root = node.callee.type === "MemberExpression" ? node.callee.object : node.callee;
    const isOfBundler = root.type === "Identifier" ? names.includes(root.name) : isRequireOf(root, bundler);
    if (isOfBundler) found.push(node.arguments[0] ?? node);
  }
  if (found.length === 0) throw new UnknownShape(`no call of ${functions[0]}() is found`);
  return found;
}

const isRequireOf = (node: babel.Node, source: string): boolean =>
  node.type === "CallExpression" &&
  calledName(node) === "require" &&
  node.arguments[0]?.type === "StringLiteral" &&
  node.arguments[0].value === source;

const unique = (objects: readonly ObjectLiteral[]): readonly ObjectLiteral[] =>
  objects.filter((each, index) => objects.findIndex(({ start }) => start === each.start) === index);

/** Two configurations may share a list. */
const uniqueInsertions = (insertions: readonly Insertion[]): readonly Insertion[] =>
  insertions.filter((each, index) => insertions.findIndex(({ at }) => at === each.at) === index);

/** Puts a text first in a list: `modules: ["ts-raii/nuxt"]`. */
export function addToList(path: string, text: string, list: readonly string[], value: string): string {
  const file = parseCode(path, text);
  const objects = unique(new Resolver(file).objects(exportedValue(file), list[0]!));
  const quote = quotedFor(file);
  const insertions = objects.map((each) => insertIntoList(text, each, list, quote(value), plainKey));
  return changeCode(path, text, uniqueInsertions(insertions));
}

/** Calls a function around what a configuration exports. */
export function wrapExport(path: string, text: string, { from }: WrapSetup): string {
  const file = parseCode(path, text);
  const name = freeName(file, "raii");
  const value = exportedValue(file);
  // A declaration is no expression.
  if (/Declaration$/.test(value.type)) throw new UnknownShape("it exports a declaration");
  const { start, end } = outerRange(value);
  return changeCode(path, text, [
    importOf(file, name, from),
    { at: start, text: `${name}()(` },
    { at: end, text: ")" },
  ]);
}

/** With the parentheses around it. */
function outerRange(node: babel.Node): { start: number; end: number } {
  const { parenthesized, parenStart } = (node.extra ?? {}) as {
    parenthesized?: boolean;
    parenStart?: number;
  };
  if (parenthesized !== true) return { start: node.start!, end: node.end! };
  return { start: parenStart ?? node.start!, end: node.end! + 1 };
}

/** Sets an option of what another plugin is called with: `typescript({ transformers: … })`. */
export function addOption(path: string, text: string, setup: OptionSetup): string {
  const file = parseCode(path, text);
  const name = freeName(file, "raii");
  const names = namesFrom(file, setup.of);
  const calls = [...nodesIn(file.program)].filter(
    (node): node is babel.CallExpression =>
      node.type === "CallExpression" && node.callee.type === "Identifier" && names.includes(node.callee.name),
  );
  if (calls.length === 0) throw new UnknownShape(`no call of ${setup.of} is found`);
  const property = `${setup.property}: ${setup.value.replaceAll("raii(", `${name}(`)}`;
  const insertions = calls.map((call): Insertion => {
    const [argument] = call.arguments;
    if (argument === undefined) return { at: call.end! - 1, text: `{ ${property} }` };
    return insertOption(text, new Resolver(file).literal(argument), setup.property, property);
  });
  return changeCode(path, text, [importOf(file, name, setup.from), ...uniqueInsertions(insertions)]);
}

function insertOption(text: string, options: Literal, key: string, property: string): Insertion {
  if (options.kind !== "object") throw new UnknownShape("the options are not written out as an object");
  if (propertyOf(options, key) !== undefined) throw new UnknownShape(`it has "${key}" already`);
  return insertFirst(text, options, property);
}

/** Sets an option of a loader of webpack, in each rule that has it. */
export function addLoaderOption(path: string, text: string, setup: LoaderSetup): string {
  const file = parseCode(path, text);
  const name = freeName(file, "raii");
  const resolver = new Resolver(file);
  const property = `${setup.property}: ${setup.value.replaceAll("raii(", `${name}(`)}`;
  const insertions: Insertion[] = [];
  const isLoader = (node: babel.Node | null | undefined): node is babel.StringLiteral =>
    node?.type === "StringLiteral" && node.value === setup.loader;
  for (const node of nodesIn(file.program)) {
    if (node.type !== "ObjectExpression") continue;
    for (const each of node.properties) {
      if (each.type !== "ObjectProperty" || each.key.type !== "Identifier") continue;
      const { value } = each;
      if (each.key.name === "loader" && isLoader(value)) {
        const rule = resolver.literal(node) as ObjectLiteral;
        const options = propertyOf(rule, "options");
        insertions.push(
          options === undefined
            ? { at: each.end!, text: `, options: { ${property} }` }
            : insertOption(text, options, setup.property, property),
        );
      } else if (each.key.name === "use") {
        const uses = value.type === "ArrayExpression" ? value.elements : [value];
        for (const use of uses)
          if (isLoader(use))
            insertions.push(
              { at: use.start!, text: "{ loader: " },
              { at: use.end!, text: `, options: { ${property} } }` },
            );
      }
    }
  }
  if (insertions.length === 0) throw new UnknownShape(`no rule with ${setup.loader} is found`);
  return changeCode(path, text, [importOf(file, name, setup.from), ...insertions]);
}
