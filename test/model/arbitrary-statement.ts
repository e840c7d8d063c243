import fc from "fast-check";
import { callees } from "./arbitrary-callee.ts";
import { expressions, type ProgramOptions } from "./arbitrary-expression.ts";
import { loops } from "./arbitrary-loop.ts";
import {
  type Build,
  building,
  canAwait,
  canYield,
  fresh,
  insideList,
  insideTarget,
  legalJumps,
  type Place,
} from "./place.ts";
import type { Body, Clause, Expression, Statement } from "./program.ts";

type Statements = fc.Arbitrary<Build<Statement>>;

function statement<Value>(
  arbitrary: fc.Arbitrary<Value>,
  build: (place: Place, value: Value) => Statement,
): Statements {
  return building(arbitrary, build);
}

/** Lists of random statements; every way to nest them ends. */
export function statementLists(options: ProgramOptions): fc.Arbitrary<Build<Statement[]>> {
  const { sayable = false } = options;
  const { one } = fc.letrec<{ list: Build<Statement[]>; one: Build<Statement>; body: Build<Body> }>(
    (tie) => ({
      one: fc.oneof(
        { depthSize: "small", maxDepth: 5, withCrossShrink: true },
        ...simpleStatements(options),
        ...nestingStatements(options, tie("list")),
        ...bodyStatements(options, tie("body")),
      ),
      list: building(fc.array(tie("one"), { maxLength: 5 }), buildList),
      body: fc.oneof(
        building(tie("list"), (place, list) => ({ isBraced: true, statements: list(place) })),
        building(tie("one"), (place, one) => {
          const only = one(insideList(place));
          return { isBraced: sayable || isDeclaration(only), statements: [only] };
        }),
      ),
    }),
  );
  const lists = fc.oneof({ withCrossShrink: true }, fc.array(one, { maxLength: 6 }), {
    arbitrary: fc.array(one, { minLength: 6, maxLength: 12 }),
    weight: 2,
  });
  return building(lists, buildList);
}

function buildList(place: Place, builds: readonly Build<Statement>[]): Statement[] {
  const inside = insideList(place);
  return builds.map((build) => build(inside));
}

interface Weighted {
  readonly arbitrary: Statements;
  readonly weight: number;
}

function simpleStatements(options: ProgramOptions): Weighted[] {
  const { sayable, unfailing } = options;
  const { expression, acquisition } = expressions(options);
  const [logging, suspending, jumping] = endings(options);
  const forms = [
    "const",
    "bare",
    "using",
    ...(sayable ? [] : (["let", "var", "destructured"] as const)),
  ] as const;
  const declare = forms.map((form) =>
    statement(acquisition(form), (place, acquire) => {
      const acquisition = acquire(place);
      // The iterations share a `var`, so that a closure would see a later value: nobody looks at those.
      if (form !== "var" && form !== "bare") place.names.push(acquisition.site);
      return { kind: "declare", form, acquisition };
    }),
  );
  return [
    { arbitrary: logging, weight: 4 },
    { arbitrary: suspending, weight: 5 },
    {
      arbitrary: statement(
        fc.tuple(fc.constantFrom("show" as const, "later" as const), fc.nat()),
        (place, [kind, at]) => {
          const name = place.names[at % place.names.length];
          return name === undefined ? log(place) : { kind, name };
        },
      ),
      weight: 3,
    },
    { arbitrary: fc.oneof(...declare), weight: 14 },
    {
      arbitrary: statement(fc.boolean(), (place, isUndefined) => {
        if (unfailing) return log(place);
        return { kind: "throw", text: isUndefined ? undefined : fresh(place, "throw") };
      }),
      weight: 1,
    },
    {
      arbitrary: statement(fc.nat(), (place, at) => {
        const name = place.errors[at % place.errors.length];
        return name === undefined ? log(place) : { kind: "rethrow", name };
      }),
      weight: 1,
    },
    {
      arbitrary: statement(
        fc.tuple(fc.constantFrom("value" as const, "promise" as const, "rejected" as const), expression),
        (place, [wanted, value]) => {
          const as = wanted === "rejected" && unfailing ? "promise" : wanted;
          const site = fresh(place, "p");
          if (place.kind === "constructor")
            return { kind: "return", as: "object", site, value: value(place) };
          return { kind: "return", as: canAwait(place) ? as : "value", site, value: value(place) };
        },
      ),
      weight: 1,
    },
    { arbitrary: jumping, weight: 3 },
  ];
}

/** Statements that lists of statements stand in. */
function nestingStatements(options: ProgramOptions, list: fc.Arbitrary<Build<Statement[]>>): Weighted[] {
  const { expression } = expressions(options);
  const clauses = fc.array(fc.tuple(expression, list), { maxLength: 3 });
  const choose = statement(
    fc.tuple(fc.boolean(), expression, fc.nat(3), fc.nat(6), clauses),
    (place, [isLabelled, value, wanted, byDefault, clauses]) => {
      const label = isLabelled ? fresh(place, "L") : undefined;
      const inside = insideTarget(place, label, "switch");
      const build = ([test, list]: (typeof clauses)[number], index: number): Clause => {
        // A list has names of its own, so none is seen in a clause that a jump reaches past its declaration.
        const statements = list(inside);
        return {
          test: index === byDefault ? undefined : test(inside),
          // `using` may not stand in a clause itself.
          statements: statements.some(
            (node) => node.kind === "declare" && (options.sayable || node.form === "using"),
          )
            ? [{ kind: "block", label: undefined, body: { isBraced: true, statements } }]
            : statements,
        };
      };
      return { kind: "switch", label, value: value(place), wanted, clauses: clauses.map(build) };
    },
  );

  const attempt = statement(
    fc.tuple(list, list, list, fc.constantFrom("both", "catch", "finally")),
    (place, [block, handler, finalizer, parts]) => {
      const name = fresh(place, "e");
      const inHandler = { ...place, errors: [...place.errors, name] };
      return {
        kind: "try",
        block: block(place),
        handler: parts === "finally" ? undefined : { name, statements: handler(inHandler) },
        finalizer: parts === "catch" ? undefined : finalizer(place),
      };
    },
  );

  const call = statement(
    fc.tuple(fc.boolean(), callees(options, list)),
    (place, [wantsDelegated, callee]) => {
      const called = callee(place);
      // To a synchronous generator an async one hands a rejection on as a value, in V8 since Node 22: nobody's contract.
      const isGenerator =
        called.kind === "async generator" || (called.kind === "generator" && !canAwait(place));
      return { kind: "call", callee: called, isDelegated: wantsDelegated && isGenerator && canYield(place) };
    },
  );
  return [
    { arbitrary: denseBlock(options), weight: 4 },
    { arbitrary: choose, weight: 2 },
    { arbitrary: attempt, weight: 6 },
    { arbitrary: call, weight: 2 },
  ];
}

/** Some resources of every kind, and what may end the block at once: where most of what can go wrong meets. */
function denseBlock(options: ProgramOptions): Statements {
  const [show, suspend, jump] = endings(options);
  const { acquisition } = expressions(options);
  const declare = statement(acquisition("dense"), (place, acquire) => ({
    kind: "declare",
    form: "const",
    acquisition: acquire(place),
  }));
  const list = fc.tuple(fc.array(declare, { minLength: 1, maxLength: 4 }), fc.oneof(show, suspend, jump));
  return statement(list, (place, [declares, end]) => {
    const statements = buildList(place, [...declares, end]);
    return { kind: "block", label: undefined, body: { isBraced: true, statements } };
  });
}

/** A statement that does nothing, one that suspends, one that ends the block. */
function endings(options: ProgramOptions): readonly [Statements, Statements, Statements] {
  const logging = (value: fc.Arbitrary<Build<Expression>>): Statements =>
    statement(value, (place, value) => ({ kind: "log", text: fresh(place, "s"), value: value(place) }));
  const { expression, suspension } = expressions(options);
  const jump = statement(fc.nat(), (place, at) => {
    const jumps = legalJumps(place);
    return jumps[at % jumps.length] ?? log(place);
  });
  return [logging(expression), logging(suspension), jump];
}

/** Statements with a body that needs no braces. */
function bodyStatements(options: ProgramOptions, body: fc.Arbitrary<Build<Body>>): Weighted[] {
  const { expression, condition } = expressions(options);
  const branch = statement(
    fc.tuple(condition, expression, body, fc.option(body, { nil: undefined })),
    (place, [condition, value, yes, no]) => {
      const { isBraced, statements } = yes(place);
      // Without braces an `if` in it would take the `else`.
      const takesElse = no !== undefined && statements.some(({ kind }) => /^(if|loop|block)$/.test(kind));
      return {
        kind: "if",
        condition: condition(place),
        value: value(place),
        yes: { isBraced: isBraced || takesElse, statements },
        no: no?.(place),
      };
    },
  );

  const block = statement(fc.tuple(fc.boolean(), body), (place, [isLabelled, body]) => {
    const label = isLabelled ? fresh(place, "L") : undefined;
    const { isBraced, statements } = body(insideTarget(place, label, "block"));
    return { kind: "block", label, body: { isBraced: isBraced || label === undefined, statements } };
  });

  return [
    { arbitrary: block, weight: 5 },
    { arbitrary: branch, weight: 3 },
    { arbitrary: loops(options, body), weight: 5 },
  ];
}

function log(place: Place): Statement {
  return { kind: "log", text: fresh(place, "s"), value: { kind: "text", text: fresh(place, "x") } };
}

/** Whether a statement may stand in a list only. */
function isDeclaration(node: Statement): boolean {
  if (node.kind === "declare") return node.form !== "bare" && node.form !== "var";
  return node.kind === "call" && node.callee.form === "function";
}
