import remapping, { type EncodedSourceMap } from "@jridgewell/remapping";
import type { Transformed } from "../source/transform";

/** The last comment that names a source map which is in the text itself. */
const inlineMap =
  /\n?\/\/[#@] sourceMappingURL=data:application\/json;(?:charset=[\w-]+;)?base64,([\w+/=]+)[^\S\n]*\s*$/;

/**
 * The text with its source map in it. A tool that came before may have left one in the text: then the map leads to what that one
 * leads to.
 *
 * @param given the text that was compiled.
 * @param source what the text that was compiled is called, seen from the module.
 */
export function withInlineMap(given: string, { code, map }: Transformed, source: string): string {
  const own = { ...map, sources: [source] };
  const earlier = readInlineMap(given);
  const whole = earlier === undefined ? own : remapping([own as EncodedSourceMap, earlier], () => null);
  const encoded = Buffer.from(JSON.stringify(whole)).toString("base64");
  const text = earlier === undefined ? code : code.replace(inlineMap, "");
  return `${text}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${encoded}\n`;
}

/** The source map in a text. What cannot be read is none. */
export function readInlineMap(code: string): EncodedSourceMap | undefined {
  const [, encoded] = inlineMap.exec(code) ?? [];
  if (encoded === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as EncodedSourceMap;
  } catch {
    return undefined;
  }
}
