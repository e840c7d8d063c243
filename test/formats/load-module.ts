import { createContext, runInContext } from "node:vm";
import * as runtime from "../../runtime/index.ts";

export type Exports = Record<string, any>;

/** What a module finds: the runtime, under its own name and that of a package that exports it again. Nothing else: no tslib. */
function provide(id: string): Exports {
  if (id === "ts-raii" || id === "my-raii") return runtime;
  throw new Error(`Cannot find module '${id}'`);
}

/** Loads the code of a module in the format a loader of that kind takes, each a few lines: what a helper would hide is seen. */
export const loaders = {
  CommonJS(code: string): Exports {
    const module = { exports: {} as Exports };
    run(code, { exports: module.exports, require: provide, module });
    return module.exports;
  },

  AMD(code: string): Exports {
    const { define, exports } = createDefine();
    run(code, { define });
    return exports;
  },

  /** Under both of its loaders. */
  UMD(code: string): Exports {
    const { define, exports } = createDefine();
    run(code, { define: Object.assign(define, { amd: true }) });
    const required = loaders.CommonJS(code);
    if (Object.keys(required).join() !== Object.keys(exports).join()) throw new Error("its loaders disagree");
    return exports;
  },

  System(code: string): Exports {
    const exports: Exports = {};
    type Declare = (
      exporter: (name: string | Exports, value?: unknown) => unknown,
      context: object,
    ) => {
      setters: ((module: Exports) => void)[];
      execute: () => void;
    };
    const register = (dependencies: string[], declare: Declare): void => {
      const exporter = (name: string | Exports, value?: unknown): unknown => {
        if (typeof name === "string") exports[name] = value;
        else Object.assign(exports, name);
        return value;
      };
      const { setters, execute } = declare(exporter, {});
      dependencies.forEach((id, index) => setters[index]!(provide(id)));
      execute();
    };
    run(code, { System: { register } });
    return exports;
  },
} satisfies Record<string, (code: string) => Exports>;

function createDefine() {
  const exports: Exports = {};
  const define = (dependencies: string[], factory: (...modules: unknown[]) => void): void =>
    factory(
      ...dependencies.map((id) => (id === "require" ? provide : id === "exports" ? exports : provide(id))),
    );
  return { define, exports };
}

function run(code: string, globals: object): void {
  const names = ["Symbol", "Promise", "Error", "TypeError", "Object"] as const;
  const shared = Object.fromEntries(names.map((name) => [name, globalThis[name]])); // one realm, one Symbol.asyncDispose
  runInContext(code, createContext({ ...shared, ...globals }));
}
