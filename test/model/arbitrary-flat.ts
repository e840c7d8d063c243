import fc from "fast-check";
import { asyncKinds, isSayable, type ResourceKind, syncKinds } from "./kinds.ts";
import { print } from "./print.ts";
import {
  type Acquisition,
  type Expression,
  type FunctionKind,
  functionKinds,
  type Program,
  type Statement,
} from "./program.ts";

const endings = ["", "throw", "return", "yield", "await"] as const;

/**
 * Some resources one after the other in one scope, and what ends it: small, so that few runs meet most of what resources
 * can do to each other.
 *
 * @param isPossible which resources there are.
 */
export function flatPrograms(
  isPossible: (kind: ResourceKind) => boolean = () => true,
): fc.Arbitrary<Program> {
  const kindOf = (kinds: object): fc.Arbitrary<ResourceKind> =>
    fc.constantFrom(...(Object.keys(kinds) as ResourceKind[]).filter(isPossible));
  const sync = fc.record({ resource: kindOf(syncKinds), isAwaited: fc.constant(false) });
  const awaited = fc.record({
    resource: fc.oneof(
      kindOf(syncKinds),
      kindOf(asyncKinds),
      fc.constantFrom(...(["nothing", "plain"] as const)),
    ),
    isAwaited: fc.constant(true),
  });
  return fc
    .constantFrom(...functionKinds)
    .chain((kind) => {
      const canAwait = kind === "async" || kind === "async generator";
      const resources = fc.array(canAwait ? fc.oneof(sync, awaited) : sync, { minLength: 1, maxLength: 4 });
      return fc.tuple(fc.constant(kind), resources, fc.constantFrom(...endings));
    })
    .map(([kind, resources, ending]) => {
      const declares = resources.map((each, index): Statement => {
        const acquisition: Acquisition = {
          kind: "acquire",
          site: `r${index}`,
          argument: undefined,
          ...each,
        };
        return { kind: "declare", form: "const", acquisition };
      });
      const program: Program = {
        name: "f",
        kind,
        form: kind === "constructor" ? "base" : "method",
        answers: ["next", "return", "throw"],
        statements: [...declares, ...endOf(kind, ending)],
      };
      return Object.assign(program, { [fc.toStringMethod]: () => `\n${print(program)}` });
    });
}

export function sayableFlatPrograms(): fc.Arbitrary<Program> {
  return flatPrograms(isSayable);
}

/** Where the function cannot suspend, it logs. */
function endOf(kind: FunctionKind, ending: (typeof endings)[number]): Statement[] {
  const value: Expression = { kind: "text", text: "x" };
  const log = (value: Expression): Statement => ({ kind: "log", text: "s", value });
  const canYield = kind === "generator" || kind === "async generator";
  const canAwait = kind === "async" || kind === "async generator";
  switch (ending) {
    case "":
      return [];
    case "throw":
      return [{ kind: "throw", text: "body" }];
    case "return":
      return [{ kind: "return", as: kind === "constructor" ? "object" : "value", site: "p", value }];
    case "yield": {
      const suspended: Expression = { kind: "yield", site: "y", isRejected: false, value };
      return canYield ? [log(suspended), log(suspended)] : [log(value)];
    }
    case "await":
      return [log(canAwait ? { kind: "await", waiting: "step", site: "w", value } : value)];
  }
}
