import fc from "fast-check";
import { expressions, type ProgramOptions } from "./arbitrary-expression.ts";
import { type Build, building, canAwait, fresh, insideFunction, type Place } from "./place.ts";
import { type Answering, type Callee, type FunctionKind, functionKinds, type Statement } from "./program.ts";

/** Functions of every kind that can be called where they stand. */
export function callees(
  options: ProgramOptions,
  list: fc.Arbitrary<Build<Statement[]>>,
): fc.Arbitrary<Build<Callee>> {
  const { expression } = expressions(options);
  const answer = fc.constantFrom<Answering>(
    ...(["next", "next", "next", "next", "return", "return"] as const),
    ...(options.unfailing ? [] : (["throw", "reject"] as const)),
  );
  const parts = fc.tuple(
    // Those that suspend have more to go wrong.
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...functionKinds) },
      { weight: 1, arbitrary: fc.constantFrom("async" as const, "generator", "async generator") },
    ),
    fc.constantFrom("function" as const, "arrow" as const, "method" as const),
    fc.array(answer, { minLength: 1, maxLength: 4 }),
    fc.option(fc.tuple(fc.nat(3), expression), { nil: undefined, freq: 8 }),
    list,
  );
  return building(parts, (place, [wanted, form, answers, superCall, list]) => {
    const kind = callable(wanted, place);
    const name = fresh(place, "f");
    const inside = insideFunction(place, kind);
    const statements = list(inside);
    if (kind !== "constructor") {
      const isGenerator = kind === "generator" || kind === "async generator";
      return {
        name,
        kind,
        form: isGenerator && form === "arrow" ? "method" : form,
        answers: answers.map((answer) => (answer === "reject" && kind === "generator" ? "throw" : answer)),
        statements,
      };
    }
    const isDerived = form !== "function";
    // A derived constructor without its super() fails in the end.
    if (isDerived && (superCall !== undefined || options.unfailing)) {
      const [at, value] = superCall ?? [0, undefined];
      const call: Statement = { kind: "super", value: value?.(inside) ?? { kind: "text", text: "x" } };
      statements.splice(Math.min(at, statements.length), 0, call);
    }
    return { name, kind, form: isDerived ? "derived" : "base", answers, statements };
  });
}

/** What needs to be awaited can be called where that is possible. */
function callable(wanted: FunctionKind, place: Place): FunctionKind {
  if (place.kind === undefined || canAwait(place)) return wanted;
  if (wanted === "async") return "sync";
  return wanted === "async generator" ? "generator" : wanted;
}
