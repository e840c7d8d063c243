import { createRequire } from "node:module";
import vm from "node:vm";
import * as runtime from "../../runtime/index.ts";

const nodeRequire = createRequire(import.meta.url);

/**
 * Evaluates a CommonJS module and gives its exports; `ts-raii` in it is the runtime under test.
 *
 * @param resolve gives other modules it asks for.
 */
export function evaluate(
  code: string,
  fileName = "input.js",
  resolve?: (id: string) => unknown,
): Record<string, any> {
  const module = { exports: {} as Record<string, any> };
  const require = (id: string): unknown => (id === "ts-raii" ? runtime : (resolve?.(id) ?? nodeRequire(id)));
  const wrapped = vm.runInThisContext(`(function (exports, require, module) { ${code}\n})`, {
    filename: fileName,
  });
  wrapped(module.exports, require, module);
  return module.exports;
}
