import { printAcquisition, printAnswers, printExpression, printOpening } from "./print-expression.ts";
import {
  type Acquisition,
  type Body,
  type Callee,
  type Clause,
  isAsync,
  type Loop,
  type Program,
  type Statement,
} from "./program.ts";

/** How acquisitions are said: with `raii`, or with `using` by a program that has nothing else to say. */
export type Style = "raii" | "using";

// The second line is for a program that has only `using`: it is taken over where the file calls `raii` somewhere.
const header = `import { raii } from "ts-raii";
export function other() { "use raii"; raii(null); }
`;

/** Prints a program as a module whose `main(t)` runs it. */
export function print(program: Program, style: Style = "raii"): string {
  const directive = style === "raii" ? `"use raii";\n` : "";
  const { declaration, call } = callee(program, "t");
  const main = `${declaration}export const main = (t: any) => ${driven(program, call)};\n`;
  return style === "raii" ? header + main : main;

  /** A function, and what calls it. @param t the parameter; without, it is seen from outside. */
  function callee({ name, kind, form, statements }: Callee, t: "t" | "" = "") {
    const content = braces(directive + list(statements));
    const async = kind === "async" || kind === "async generator" ? "async " : "";
    const star = kind === "generator" || kind === "async generator" ? "*" : "";
    const parameter = t && "t: any";
    switch (form) {
      case "function":
        return {
          declaration: `${async}function${star} ${name}(${parameter}) ${content}\n`,
          call: `${name}(${t})`,
        };
      case "arrow":
        return { declaration: "", call: `(${async}(${parameter}) => ${content})(${t})` };
      case "method":
        return {
          declaration: "",
          call: `({ ${async}${star}${name}(${parameter}) ${content} }).${name}(${t})`,
        };
      default: {
        const members = braces(`made = t.made("${name}");\nconstructor() ${content}`);
        return {
          declaration: "",
          call: `new (class ${form === "derived" ? "extends t.Base " : ""}${members})()`,
        };
      }
    }
  }

  /** What gives the result of a call, where a generator has to be consumed for it. */
  function driven({ name, kind, answers }: Callee, call: string): string {
    const as = `"${name}", ${JSON.stringify(answers)}`;
    if (kind === "generator") return `t.drive(${call}, ${as})`;
    return kind === "async generator" ? `t.driveAsync(${call}, ${as})` : call;
  }

  function list(statements: readonly Statement[]): string {
    return statements.map(statement).join("\n");
  }

  function statement(node: Statement): string {
    switch (node.kind) {
      case "log":
        return `t.log("${node.text}", ${printExpression(node.value)});`;
      case "show":
        return `t.show(${node.name});`;
      case "later":
        return `t.later(() => ${node.name});`;
      case "declare":
        return declare(node.form, node.acquisition);
      case "throw":
        return `throw ${node.text === undefined ? "undefined" : `new Error("${node.text}")`};`;
      case "rethrow":
        return `throw ${node.name};`;
      case "return": {
        const value = printExpression(node.value);
        if (node.as === "value") return `return ${value};`;
        if (node.as === "rejected") return `return t.reject("${node.site}", ${value});`;
        return `return t.${node.as}(${value});`;
      }
      case "jump":
        return `${node.how}${node.label === undefined ? "" : ` ${node.label}`};`;
      case "super":
        return `super(${printExpression(node.value)});`;
      case "block":
        return label(node.label) + bodyText(node.body);
      case "if": {
        const { site, answers } = node.condition;
        const otherwise = node.no === undefined ? "" : ` else ${bodyText(node.no)}`;
        const condition = `t.when("${site}", "${printAnswers(answers)}", ${printExpression(node.value)})`;
        return `if (${condition}) ${bodyText(node.yes)}${otherwise}`;
      }
      case "loop":
        return label(node.label) + loop(node);
      case "switch": {
        const clauses = braces(node.clauses.map(clause).join("\n"));
        return `${label(node.label)}switch (t.number(${node.wanted}, ${printExpression(node.value)})) ${clauses}`;
      }
      case "try": {
        const { block, handler, finalizer } = node;
        const caught =
          handler &&
          ` catch (${handler.name}) ${braces(`t.caught(${handler.name});\n${list(handler.statements)}`)}`;
        return `try ${braces(list(block))}${caught ?? ""}${finalizer ? ` finally ${braces(list(finalizer))}` : ""}`;
      }
      case "call": {
        const { declaration, call } = callee(node.callee);
        const result = driven(node.callee, call);
        const value = node.isDelegated
          ? `(yield* ${call})`
          : isAsync(node.callee)
            ? `(await ${result})`
            : result;
        return `${declaration}t.log("${node.callee.name}", ${value});`;
      }
    }
  }

  function declare(form: (Statement & { kind: "declare" })["form"], acquisition: Acquisition): string {
    const { site, isAwaited } = acquisition;
    if (form === "using" || style === "using") {
      return `${isAwaited ? "await using" : "using"} ${site} = ${printOpening(acquisition)};`;
    }
    const acquired = printAcquisition(acquisition);
    if (form === "bare") return `${acquired};`;
    if (form === "destructured") return `const { name: ${site} } = ${acquired};`;
    return `${form} ${site} = ${acquired};`;
  }

  function loop(node: Loop): string {
    const { site, times } = node;
    const more = `t.more("${site}", ${times})`;
    const content = bodyText(node.body);
    switch (node.head) {
      case "while":
        return `while (${more}) ${content}`;
      case "do":
        return `do ${content} while (${more});`;
      case "of":
        return `for (const ${site} of t.upTo("${site}", ${times}, ${printExpression(node.value)})) ${content}`;
      case "stream": {
        const stream = `t.stream("${node.stream}", "${site}", ${times}, ${printExpression(node.value)})`;
        return `for await (const ${site} of ${stream}) ${content}`;
      }
      case "ofUsing": {
        const { resource, site: name, isAwaited } = node.acquisition;
        const [keyword, each] = node.isStream ? ["for await", "streamEach"] : ["for", "openEach"];
        const resources = `t.${each}("${site}", ${times}, "${resource}", "${name}")`;
        return `${keyword} (${isAwaited ? "await using" : "using"} ${name} of ${resources}) ${content}`;
      }
      case "let": {
        const { acquisition } = node;
        const variables = `${site} = 0, ${acquisition.site} = ${printAcquisition(acquisition)}`;
        return `for (let ${variables}; ${site} < ${times}; ${site}++) ${content}`;
      }
      default:
        return `for (${declare(node.head, node.acquisition)} ${more}; ) ${content}`;
    }
  }

  function clause({ test, statements }: Clause, index: number): string {
    const head = test === undefined ? "default:" : `case t.number(${index}, ${printExpression(test)}):`;
    return `${head}\n${indent(list(statements))}`;
  }

  function bodyText({ isBraced, statements }: Body): string {
    return isBraced ? braces(list(statements)) : `\n${indent(list(statements))}\n`;
  }
}

function label(name: string | undefined): string {
  return name === undefined ? "" : `${name}: `;
}

function braces(content: string): string {
  return content === "" ? "{}" : `{\n${indent(content)}\n}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
