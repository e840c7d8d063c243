/** The ways to import the marker, each with what calls it. */
export const forms = {
  named: { imports: `import { raii } from "ts-raii";`, marker: "raii" },
  aliased: { imports: `import { raii as acquire } from "ts-raii";`, marker: "acquire" },
  "with a type": { imports: `import { raii, type Resource } from "ts-raii";`, marker: "raii" },
  "in two statements": {
    imports: `import { raii } from "ts-raii";\nimport { run } from "ts-raii";\nrun;`,
    marker: "raii",
  },
  "in another package": {
    imports: `import { raii } from "my-raii";`,
    marker: "raii",
    importSource: "my-raii",
  },
  "with a default": {
    imports: `import all, { raii } from "ts-raii";\nexport const unused = () => all;`,
    marker: "raii",
  },
  namespace: { imports: `import * as ns from "ts-raii";`, marker: "ns.raii" },
  "import = require": { imports: `import ns = require("ts-raii");`, marker: "ns.raii" },
} as const;

export type Form = keyof typeof forms;

/**
 * A module of annotated functions, of each kind that reaches for the asynchronous runtime. `main` says what has happened.
 * Names that the emitted code would like to have are taken.
 */
export function sourceOf(form: Form): string {
  const { imports, marker } = forms[form];
  return `${imports}
const log: string[] = [];
const open = (name: string) => ({
  name,
  [Symbol.dispose]() { log.push("-" + name); },
  async [Symbol.asyncDispose]() { log.push("-" + name); },
});
const raii_1 = "taken", ts_raii_1 = "taken", scope_1 = "taken";

async function hold(name: string): Promise<string> {
  "use raii";
  const { name: held } = await ${marker}(open(name));
  { const inner = await ${marker}(open(name + "'")); await inner.name; }
  return held;
}

class Holder {
  #name = "method";
  async hold(): Promise<string> { "use raii"; return (await ${marker}(open(this.#name))).name; }
  async *each(): AsyncGenerator<string> { "use raii"; yield (await ${marker}(open("generator"))).name; }
  holdNow(): string { "use raii"; { ${marker}(open("sync")); } return raii_1 + ts_raii_1 + scope_1; }
}

export async function main(): Promise<string> {
  log.push(await hold("function"));
  const holder = new Holder();
  log.push(await holder.hold(), holder.holdNow());
  for await (const name of holder.each()) log.push(name);
  return log.join(" ");
}
`;
}

/** What `main` gives. */
export const expected =
  "-function' -function function -method -sync method takentakentaken generator -generator";
