import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Program } from "../../runtime/core/drive.ts";
import { type Acquirable, contextManager, type Exit, resource, run } from "../../runtime/index.ts";
import { disposable, isCombined, shapeOf, type Trace } from "./traced.ts";

/** What a release does: a failing one throws its `id`. */
type Behaviour = "works" | "fails" | "suppresses" | "rethrows";

type Statement =
  | {
      readonly do: "acquire";
      readonly as: "disposable" | "resource" | "manager";
      readonly id: number;
      readonly release: Behaviour;
    }
  | { readonly do: "fail to acquire"; readonly id: number; readonly caught: boolean }
  | { readonly do: "call"; readonly body: readonly Statement[]; readonly caught: boolean }
  | { readonly do: "throw" | "return"; readonly value: number | undefined };

type Completion =
  | { readonly kind: "ended" }
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

const show = (error: unknown): string =>
  JSON.stringify(shapeOf(error), (_, value: unknown) => value ?? "undefined");

/**
 * The reference: every resource has a try of its own around the rest of the body, and errors are pairs. A release sees
 * the completion of what stands inside, so that the updated exit needs no rule of its own.
 */
function reference(body: readonly Statement[], trace: Trace, at = 0): Completion {
  const statement = body[at];
  if (statement === undefined) return { kind: "ended" };
  const rest = (): Completion => reference(body, trace, at + 1);
  switch (statement.do) {
    case "throw":
      return { kind: "failed", error: statement.value };
    case "return":
      return { kind: "returned", value: statement.value };
    case "fail to acquire":
      trace.push(`!${statement.id}`);
      if (!statement.caught) return { kind: "failed", error: statement.id };
      trace.push(`caught ${show(statement.id)}`);
      return rest();
    case "call": {
      const inner = reference(statement.body, trace);
      if (inner.kind === "failed") {
        if (!statement.caught) return inner;
        trace.push(`caught ${show(inner.error)}`);
      } else trace.push(`result ${String(inner.kind === "returned" ? inner.value : undefined)}`);
      return rest();
    }
    case "acquire": {
      const { id, as } = statement;
      trace.push(`+${id}`);
      const inner = rest();
      const failed = inner.kind === "failed";
      const release = as === "disposable" && statement.release !== "fails" ? "works" : statement.release;
      trace.push(as === "disposable" ? `-${id}` : `-${id} ${failed ? show(inner.error) : "succeeded"}`);
      if (release === "fails") return { kind: "failed", error: failed ? [id, inner.error] : id };
      // What the function was about to return is gone for good when an error came between.
      if (release === "suppresses" && failed) return { kind: "returned", value: undefined };
      return inner;
    }
  }
}

const asManager = contextManager(function* (trace: Trace, id: number, behaviour: Behaviour) {
  try {
    yield id;
    trace.push(`-${id} succeeded`);
    if (behaviour === "fails") throw new Id(id);
  } catch (error) {
    if (error instanceof Id) throw error.id; // it is this release's own
    trace.push(`-${id} ${show(error)}`);
    if (behaviour === "fails") throw id;
    if (behaviour !== "suppresses") throw error;
  }
});

class Id {
  constructor(readonly id: number) {}
}

function makeResource(statement: Statement & { do: "acquire" }, trace: Trace): Acquirable {
  const { as, id, release } = statement;
  const acquired = () => void trace.push(`+${id}`);
  switch (as) {
    case "disposable":
      acquired();
      return disposable(trace, String(id), release === "fails" ? { error: id } : undefined);
    case "manager":
      acquired();
      return asManager(trace, id, release);
    case "resource":
      return resource(acquired, (_, exit: Exit) => {
        trace.push(`-${id} ${exit.kind === "failed" ? show(exit.error) : exit.kind}`);
        if (release === "fails") throw id;
        if (exit.kind !== "failed") return;
        if (release === "suppresses") exit.suppress();
        if (release === "rethrows") throw exit.error;
      });
  }
}

/** The statements as a program; `nested` gives each resource a program of its own around the rest of the body. */
function* program(body: readonly Statement[], trace: Trace, nested: boolean, at = 0): Program<unknown> {
  for (const [offset, statement] of body.slice(at).entries()) {
    switch (statement.do) {
      case "throw":
        throw statement.value;
      case "return":
        return statement.value;
      case "acquire":
        yield makeResource(statement, trace);
        if (nested) return run(program(body, trace, nested, at + offset + 1));
        break;
      case "fail to acquire":
        try {
          yield resource(
            () => {
              trace.push(`!${statement.id}`);
              throw statement.id;
            },
            () => expect.fail("it was never acquired"),
          );
        } catch (error) {
          if (!statement.caught) throw error;
          trace.push(`caught ${show(error)}`);
        }
        break;
      case "call":
        try {
          const result = run(program(statement.body, trace, nested));
          trace.push(`result ${String(result)}`);
        } catch (error) {
          if (!statement.caught) throw error;
          trace.push(`caught ${show(error)}`);
        }
        break;
    }
  }
  return undefined;
}

const id = fc.integer({ min: 1, max: 9999 });
const leaf: fc.Arbitrary<Statement>[] = [
  fc.record({
    do: fc.constant("acquire" as const),
    as: fc.constantFrom("disposable" as const, "resource" as const, "manager" as const),
    id,
    release: fc.constantFrom<Behaviour>("works", "fails", "suppresses", "rethrows"),
  }),
  fc.record({ do: fc.constant("fail to acquire" as const), id, caught: fc.boolean() }),
  fc.record({
    do: fc.constantFrom("throw" as const, "return" as const),
    value: fc.constantFrom(7, undefined),
  }),
];
const { body } = fc.letrec<{ body: readonly Statement[]; statement: Statement }>((tie) => ({
  statement: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { arbitrary: leaf[0]!, weight: 6 },
    { arbitrary: leaf[1]!, weight: 1 },
    { arbitrary: leaf[2]!, weight: 1 },
    {
      arbitrary: fc.record({ do: fc.constant("call" as const), body: tie("body"), caught: fc.boolean() }),
      weight: 2,
    },
  ),
  body: fc.array(tie("statement"), { maxLength: 8 }),
}));

/** Each id once: else a release could throw the same value as the body, and that is "rethrown" as numbers go. */
function numbered(statements: readonly Statement[], next = { id: 10_000 }): Statement[] {
  return statements.map((statement) => {
    if (statement.do === "call") return { ...statement, body: numbered(statement.body, next) };
    return "id" in statement ? { ...statement, id: next.id++ } : statement;
  });
}

function outcome(call: () => unknown): { result: string; message: string | undefined } {
  try {
    return { result: `returned ${String(call())}`, message: undefined };
  } catch (error) {
    return { result: `threw ${show(error)}`, message: isCombined(error) ? error.message : undefined };
  }
}

describe("random programs against a reference of nested try blocks", { timeout: 120_000 }, () => {
  it("properties 1-4, 7, 10, 11, 15, 18-21: the same trace, exits, result and errors", () => {
    fc.assert(
      fc.property(
        body.map((statements) => numbered(statements)),
        (statements) => {
          const expectedTrace: Trace = [];
          const completion = reference(statements, expectedTrace);
          const expected =
            completion.kind === "failed"
              ? `threw ${show(completion.error)}`
              : `returned ${String(completion.kind === "returned" ? completion.value : undefined)}`;
          const trace: Trace = [];
          expect(outcome(() => run(program(statements, trace, false))).result).toBe(expected);
          expect(trace).toEqual(expectedTrace);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("property 8: a flat body behaves as programs of one resource each, nested, to the message of the error", () => {
    fc.assert(
      fc.property(
        body.map((statements) => numbered(statements)),
        (statements) => {
          const flatTrace: Trace = [];
          const flat = outcome(() => run(program(statements, flatTrace, false)));
          const nestedTrace: Trace = [];
          const nested = outcome(() => run(program(statements, nestedTrace, true)));
          expect(nested).toEqual(flat);
          expect(nestedTrace).toEqual(flatTrace);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("against `using`, as the compiler emits it", { timeout: 120_000 }, () => {
  type Using = (resources: readonly (Disposable | null)[], end: () => unknown) => unknown;
  const compiled = Array.from({ length: 6 }, (_, count): Using => {
    const declarations = Array.from(
      { length: count },
      (__, index) => `using r${index} = resources[${index}];`,
    );
    const source = `(resources, end) => { ${declarations.join(" ")} return end(); }`;
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
    });
    const [helpers, arrow] = [
      outputText.slice(0, outputText.indexOf("(resources, end)")),
      outputText.slice(outputText.indexOf("(resources, end)")),
    ];
    return new Function(`${helpers} return ${arrow}`)() as Using;
  });

  it("properties 2, 8, 10, 11: the same trace, result and nesting of errors", () => {
    const kinds = fc.array(fc.constantFrom("works", "fails", "fails with undefined", "nothing"), {
      maxLength: compiled.length - 1,
    });
    fc.assert(
      fc.property(kinds, fc.constantFrom("returns", "throws", "throws undefined"), (list, ending) => {
        const make = (trace: Trace) =>
          list.map((kind, index) => {
            if (kind === "nothing") return null;
            const fails = kind === "works" ? undefined : { error: kind === "fails" ? index : undefined };
            return disposable(trace, String(index), fails);
          });
        const end = () => {
          if (ending === "returns") return "value";
          throw ending === "throws" ? "body" : undefined;
        };
        const usingTrace: Trace = [];
        const using = outcome(() => compiled[list.length]!(make(usingTrace), end));
        const trace: Trace = [];
        const ours = outcome(() =>
          run(function* () {
            for (const each of make(trace)) yield each;
            return end();
          }),
        );
        expect(ours.result).toBe(using.result);
        expect(trace).toEqual(usingTrace);
      }),
      { numRuns: 500 },
    );
  });
});
