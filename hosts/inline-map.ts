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
  const text = earlier === undefined ? code : code.replace(inlineMap, "");
  return `${text}\n${mapComment(whole)}\n`;
}

function mapComment(map: object): string {
  const encoded = Buffer.from(JSON.stringify(map)).toString("base64");
  return `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${encoded}`;
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

/** What another tool has made of the compiled text, with its map and ours as one. */
interface Result {
  readonly code: string;
  readonly map?: EncodedSourceMap | string | null | undefined;
}

/** @param path of the module, which the whole map leads to. */
export function composeResult(result: Result, { map }: Transformed, path: string): Result {
  const given = typeof result.map === "string" ? (JSON.parse(result.map) as EncodedSourceMap) : result.map;
  const inText = readInlineMap(result.code);
  const ofTool = given ?? inText;
  if (ofTool === undefined) return result;
  const own = { ...map, sources: [path] } as EncodedSourceMap;
  const whole = remapping(ofTool, (_, { depth }) => (depth === 1 ? own : null));
  const code =
    inText === undefined ? result.code : result.code.replace(inlineMap, `\n${mapComment(whole)}\n`);
  // An object: what instruments the code takes no text.
  return { ...result, code, map: { ...whole } as EncodedSourceMap };
}
