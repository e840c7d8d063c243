import type {
  Acquisition,
  Body,
  Clause,
  Condition,
  Expression,
  Loop,
  Program,
  Statement,
} from "./program.ts";

/** How acquisitions are said: with `raii`, or with `using` by a program that has nothing else to say. */
export type Style = "raii" | "using";

// The second line is for a program that has only `using`: it is taken over where the file calls `raii` somewhere.
const header = `import { raii } from "ts-raii";
export function other() { "use raii"; raii(null); }
`;

/** Prints a program as the module whose `main(t)` it is. */
export function print({ body }: Program, style: Style = "raii"): string {
  const directive = style === "raii" ? `"use raii";\n` : "";
  const main = `export function main(t: any) ${braces(directive + list(body))}\n`;
  return style === "raii" ? header + main : main;

  function list(statements: readonly Statement[]): string {
    return statements.map(statement).join("\n");
  }

  function statement(node: Statement): string {
    switch (node.kind) {
      case "log":
        return `t.log("${node.text}", ${expression(node.value)});`;
      case "show":
        return `t.show(${node.name});`;
      case "later":
        return `t.later(() => ${node.name});`;
      case "declare":
        return declaration(node.form, node.acquisition);
      case "throw":
        return `throw ${node.text === undefined ? "undefined" : `new Error("${node.text}")`};`;
      case "rethrow":
        return `throw ${node.name};`;
      case "return":
        return `return ${expression(node.value)};`;
      case "jump":
        return `${node.how}${node.label === undefined ? "" : ` ${node.label}`};`;
      case "block":
        return label(node.label) + bodyText(node.body);
      case "if": {
        const { site, answers } = node.condition;
        const otherwise = node.no === undefined ? "" : ` else ${bodyText(node.no)}`;
        return `if (t.when("${site}", "${answered(answers)}", ${expression(node.value)})) ${bodyText(node.yes)}${otherwise}`;
      }
      case "loop":
        return label(node.label) + loop(node);
      case "switch":
        return `${label(node.label)}switch (t.number(${node.wanted}, ${expression(node.value)})) ${braces(
          node.clauses.map(clause).join("\n"),
        )}`;
      case "try": {
        const { block, handler, finalizer } = node;
        const caught =
          handler &&
          ` catch (${handler.name}) ${braces(`t.caught(${handler.name});\n${list(handler.statements)}`)}`;
        return `try ${braces(list(block))}${caught ?? ""}${finalizer ? ` finally ${braces(list(finalizer))}` : ""}`;
      }
      case "call": {
        const content = braces(directive + list(node.statements));
        if (node.form === "arrow") return `t.log("${node.name}", (() => ${content})());`;
        if (node.form === "method")
          return `t.log("${node.name}", { ${node.name}() ${content} }.${node.name}());`;
        return `function ${node.name}() ${content}\nt.log("${node.name}", ${node.name}());`;
      }
    }
  }

  function declaration(form: (Statement & { kind: "declare" })["form"], acquisition: Acquisition): string {
    const { site } = acquisition;
    if (form === "using" || style === "using") return `using ${site} = ${opening(acquisition)};`;
    if (form === "bare") return `${expression(acquisition)};`;
    if (form === "destructured") return `const { name: ${site} } = ${expression(acquisition)};`;
    return `${form} ${site} = ${expression(acquisition)};`;
  }

  function loop(node: Loop): string {
    const more = `t.more("${node.site}", ${node.times})`;
    const content = bodyText(node.body);
    switch (node.head) {
      case "while":
        return `while (${more}) ${content}`;
      case "do":
        return `do ${content} while (${more});`;
      case "of":
        return `for (const ${node.site} of t.upTo("${node.site}", ${node.times}, ${expression(node.value)})) ${content}`;
      case "ofUsing": {
        const { site, resource } = node.acquisition;
        return `for (using ${site} of t.openEach("${node.site}", ${node.times}, "${resource}", "${site}")) ${content}`;
      }
      case "let": {
        const i = node.site;
        const { site } = node.acquisition;
        return `for (let ${i} = 0, ${site} = ${expression(node.acquisition)}; ${i} < ${node.times}; ${i}++) ${content}`;
      }
      default:
        return `for (${declaration(node.head, node.acquisition)} ${more}; ) ${content}`;
    }
  }

  function clause({ test, statements }: Clause, index: number): string {
    const head = test === undefined ? "default:" : `case t.number(${index}, ${expression(test)}):`;
    return `${head}\n${indent(list(statements))}`;
  }

  function bodyText({ isBraced, statements }: Body): string {
    return isBraced ? braces(list(statements)) : `\n${indent(list(statements))}\n`;
  }

  function expression(node: Expression): string {
    switch (node.kind) {
      case "text":
        return `"${node.text}"`;
      case "acquire":
        return `raii(${opening(node)})`;
      case "both":
        return `t.both(${expression(node.left)}, ${expression(node.right)})`;
      case "and":
        return `(${condition(node.condition)} && ${expression(node.right)})`;
      case "choose":
        return `(${condition(node.condition)} ? ${expression(node.yes)} : ${expression(node.no)})`;
      case "coalesce":
        return `(${expression(node.left)} ?? ${expression(node.right)})`;
    }
  }
}

function opening({ resource, site }: Acquisition): string {
  return `t.open("${resource}", "${site}")`;
}

function condition({ site, answers }: Condition): string {
  return `t.when("${site}", "${answered(answers)}")`;
}

function answered(answers: readonly boolean[]): string {
  return answers.map((answer) => (answer ? "y" : "n")).join("");
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
