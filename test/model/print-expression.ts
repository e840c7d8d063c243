import type { Acquisition, Condition, Expression } from "./program.ts";

/** `raii(…)`, or `await raii(…)`. */
export function printAcquisition(acquisition: Acquisition): string {
  const call = `raii(${printOpening(acquisition)})`;
  return acquisition.isAwaited ? `(await ${call})` : call;
}

/** What gives the resource. */
export function printOpening({ resource, site, argument }: Acquisition): string {
  const value = argument === undefined ? "" : `, ${printExpression(argument)}`;
  return `t.open("${resource}", "${site}"${value})`;
}

export function printExpression(node: Expression): string {
  switch (node.kind) {
    case "text":
      return `"${node.text}"`;
    case "acquire":
      return printAcquisition(node);
    case "both":
      return `t.both(${printExpression(node.left)}, ${printExpression(node.right)})`;
    case "and":
      return `(${printCondition(node.condition)} && ${printExpression(node.right)})`;
    case "choose":
      return `(${printCondition(node.condition)} ? ${printExpression(node.yes)} : ${printExpression(node.no)})`;
    case "coalesce":
      return `(${printExpression(node.left)} ?? ${printExpression(node.right)})`;
    case "await":
      return `(await t.wait("${node.waiting}", "${node.site}", ${printExpression(node.value)}))`;
    case "yield": {
      const value = printExpression(node.value);
      return `(yield ${node.isRejected ? `t.reject("${node.site}", ${value})` : value})`;
    }
  }
}

function printCondition({ site, answers }: Condition): string {
  return `t.when("${site}", "${printAnswers(answers)}")`;
}

export function printAnswers(answers: readonly boolean[]): string {
  return answers.map((answer) => (answer ? "y" : "n")).join("");
}
