import type { Transformed } from "../source/transform";

/** A text that brings its source map along, for hosts that take nothing but text. */
export function withMap({ code, map }: Transformed): string {
  const encoded = Buffer.from(JSON.stringify(map)).toString("base64");
  return `${code}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${encoded}\n`;
}
