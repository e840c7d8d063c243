import type { NxPluginSetup, TargetSetup } from "../project/host";
import { insertFirst } from "./insert";
import { changeJson, parseJson, quoted } from "./json-file";
import { insertIntoList, propertyOf, textOf } from "./lists";
import type { Insertion, Item, ObjectLiteral } from "./literal";
import { UnknownShape } from "./unknown-shape";

/** Puts a text into the list of each target that an executor of Nx runs. */
export function addToTargets(text: string, { executors, list, value }: TargetSetup): string {
  const targets = propertyOf(parseJson(text), "targets");
  const found = (targets?.kind === "object" ? targets.items : []).flatMap(
    ({ value: target }): ObjectLiteral[] =>
      target.kind === "object" && executors.test(textOf(target, "executor") ?? "") ? [target] : [],
  );
  if (found.length === 0) throw new UnknownShape("no target has an executor that takes transformers");
  return changeJson(
    text,
    found.map((target) => insertIntoList(text, target, list, quoted(value), quoted)),
  );
}

/** Sets an option of a plugin in nx.json, wherever the plugin stands in the list. */
export function setPluginOption(text: string, { plugin, option, value }: NxPluginSetup): string {
  const plugins = propertyOf(parseJson(text), "plugins");
  const property = `${quoted(option)}: ${quoted(value)}`;
  const insertionsIn = ({ start, end, value: entry }: Item): readonly Insertion[] => {
    if (entry.kind === "text" && entry.text === plugin)
      return [
        { at: start, text: `{ "plugin": ` },
        { at: end, text: `, "options": { ${property} } }` },
      ];
    if (entry.kind !== "object" || textOf(entry, "plugin") !== plugin) return [];
    const options = propertyOf(entry, "options");
    if (options === undefined) return [insertFirst(text, entry, `"options": { ${property} }`)];
    if (options.kind !== "object") throw new UnknownShape(`the options of ${plugin} are no object`);
    const own = textOf(options, option);
    if (own === value) return [];
    if (propertyOf(options, option) !== undefined)
      throw new UnknownShape(`the option "${option}" of ${plugin} is ${quoted(own ?? "")}`);
    return [insertFirst(text, options, property)];
  };
  return changeJson(text, plugins?.kind === "array" ? plugins.items.flatMap(insertionsIn) : []);
}
