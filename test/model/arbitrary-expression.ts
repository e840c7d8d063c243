import fc from "fast-check";
import { building, type Build, fresh } from "./place.ts";
import {
  type Acquisition,
  type Condition,
  disposableKinds,
  type Expression,
  failingKinds,
  type ResourceKind,
  resourceKinds,
} from "./program.ts";

export interface ProgramOptions {
  /** Nothing that `using` cannot say. */
  readonly sayable?: boolean;
  /** Nothing fails by itself. */
  readonly unfailing?: boolean;
}

/** The parts of the same programs that statements are made of. */
export interface Expressions {
  readonly expression: fc.Arbitrary<Build<Expression>>;
  readonly condition: fc.Arbitrary<Build<Condition>>;
  /** What can be acquired by a declaration of this form. */
  readonly acquisition: (form: string) => fc.Arbitrary<Build<Acquisition>>;
}

const often: readonly ResourceKind[] = ["plain", "failing", "aware", "suppressing"];

const condition = building(
  fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  (place, answers): Condition => ({ site: fresh(place, "c"), answers }),
);

const text = building(fc.constant(0), (place): Expression => ({ kind: "text", text: fresh(place, "x") }));

export function expressions({ sayable = false, unfailing = false }: ProgramOptions): Expressions {
  const acquisition = (form: string): fc.Arbitrary<Build<Acquisition>> => {
    const isPossible = (kind: ResourceKind): boolean =>
      !unfailing || !(failingKinds.includes(kind) || (form === "destructured" && kind === "nothing"));
    const kinds = form === "using" || sayable ? disposableKinds : resourceKinds;
    const weighted = kinds
      .filter(isPossible)
      .map((kind) => ({ arbitrary: fc.constant(kind), weight: often.includes(kind) ? 6 : 1 }));
    return building(fc.oneof(...weighted), (place, resource): Acquisition => ({
      kind: "acquire",
      resource,
      site: fresh(place, "r"),
    }));
  };
  if (sayable) return { acquisition, condition, expression: text };

  const of = <Value>(
    arbitrary: fc.Arbitrary<Value>,
    build: Parameters<typeof building<Value, Expression>>[1],
  ) => building(arbitrary, build);
  const { expression } = fc.letrec<{ expression: Build<Expression> }>((tie) => {
    const pair = fc.tuple(tie("expression"), tie("expression"));
    return {
      expression: fc.oneof(
        { maxDepth: 2, depthSize: "small", withCrossShrink: true },
        { arbitrary: text, weight: 4 },
        { arbitrary: acquisition("expression"), weight: 4 },
        of(pair, (place, [left, right]) => ({ kind: "both", left: left(place), right: right(place) })),
        of(pair, (place, [left, right]) => ({ kind: "coalesce", left: left(place), right: right(place) })),
        of(fc.tuple(condition, tie("expression")), (place, [when, right]) => ({
          kind: "and",
          condition: when(place),
          right: right(place),
        })),
        of(fc.tuple(condition, pair), (place, [when, [yes, no]]) => ({
          kind: "choose",
          condition: when(place),
          yes: yes(place),
          no: no(place),
        })),
      ),
    };
  });
  // Most statements have none to acquire, else nothing runs without a failure for long.
  const mostlyText = fc.oneof({ withCrossShrink: true }, { arbitrary: text, weight: 3 }, expression);
  return { acquisition, condition, expression: mostlyText };
}
