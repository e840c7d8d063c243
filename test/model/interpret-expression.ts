import { Abrupt, type Run, step, type Steps, thrown } from "./completion.ts";
import { acquire, type Owners } from "./interpret-scope.ts";
import type { Expression } from "./program.ts";
import { show, type Value } from "./world.ts";

export function* evaluate(run: Run, node: Expression, owners: Owners): Steps<Value> {
  const { world } = run;
  switch (node.kind) {
    case "text":
      return node.text;
    case "acquire":
      return yield* acquire(run, node, owners.block, owners);
    case "both": {
      // Seen when both are there: what has been released meanwhile shows.
      const left = yield* evaluate(run, node.left, owners);
      const right = yield* evaluate(run, node.right, owners);
      return `${show(left)}&${show(right)}`;
    }
    case "and":
      return world.when(node.condition) && (yield* evaluate(run, node.right, owners));
    case "choose":
      return yield* evaluate(run, world.when(node.condition) ? node.yes : node.no, owners);
    case "coalesce":
      return (yield* evaluate(run, node.left, owners)) ?? (yield* evaluate(run, node.right, owners));
    case "await": {
      const value = yield* evaluate(run, node.value, owners);
      if (node.waiting === "value") return value;
      world.note(`wait ${node.site} ${show(value)}`);
      if (node.waiting === "rejected") throw thrown(`Error: ${node.site}`);
      if (node.waiting === "step") step(world);
      return value;
    }
    case "yield": {
      const value = yield* evaluate(run, node.value, owners);
      if (node.isRejected) throw thrown(`Error: ${node.site}`);
      const answer = yield value;
      if (answer.kind === "next") return answer.value;
      if (answer.kind === "return")
        throw new Abrupt({ kind: "return", value: answer.value, isClosing: true });
      throw thrown(`Error: ${answer.value}`);
    }
  }
}
