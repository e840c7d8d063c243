import type { Held, OpenedScope, Step } from "./tree.ts";

/** What a printed tree is handed. */
export interface Printed {
  readonly resources: ReadonlyMap<string, Held>;
  readonly scopes: ReadonlyMap<string, OpenedScope>;
}

/** Prints a tree as a module: its default export runs it, with tools by which it acquires, waits and logs. */
export function printTree(steps: readonly Step[]): { readonly source: string } & Printed {
  const resources = new Map<string, Held>();
  const scopes = new Map<string, OpenedScope>();
  const body = printFunction("root", steps);
  return {
    source: `import { raii } from "ts-raii";\nexport default (tools: any) => ${body}();\n`,
    resources,
    scopes,
  };

  function printFunction(name: string, content: readonly Step[]): string {
    // One that neither acquires nor waits would not be compiled.
    return `tools.observed("${name}", async () => {\n"use raii";\n${print(name, content)}})`;
  }

  function print(name: string, content: readonly Step[]): string {
    return content.map((step) => printStep(name, step)).join("");
  }

  function printStep(name: string, step: Step): string {
    switch (step.do) {
      case "sleep":
        return `await tools.sleep(${step.ms});\ntools.log("${name}", "slept");\n`;
      case "throw":
        return `tools.fail("${step.name}");\n`;
      case "block":
        return `{\n${print(name, step.steps)}}\n`;
      case "try":
        return `try {\n${print(name, step.steps)}} catch (error) {\ntools.caught("${name}", error);\n}\n`;
      case "hold": {
        const { held } = step;
        resources.set(held.name, held);
        const call = `raii(tools.resource("${name}", "${held.name}"))`;
        return `const ${held.name} = ${held.isAsync ? "await " : ""}${call};\n`;
      }
      case "scope":
        scopes.set(step.scope.name, step.scope);
        return `raii(tools.scope("${step.scope.name}"));\n`;
      case "call": {
        const call = printFunction(step.name, step.steps);
        if (step.how === "spawned") return `${call}().catch(() => {});\n`;
        if (step.how === "plain") return `await tools.plain("${step.name}", ${call});\n`;
        return step.how === "detached" ? `await tools.detached(${call});\n` : `await ${call}();\n`;
      }
    }
  }
}
