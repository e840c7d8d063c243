import fc from "fast-check";
import { asyncKinds, isFailing, isSayable, type ResourceKind, syncKinds, traitsOf } from "./kinds.ts";
import { type Build, building, canAwait, canYield, fresh, type Place } from "./place.ts";
import type { Acquisition, Condition, Expression, Waiting } from "./program.ts";

export interface ProgramOptions {
  /** Nothing that `using` cannot say. */
  readonly sayable?: boolean;
  /** Nothing fails by itself. */
  readonly unfailing?: boolean;
}

/** The parts of the same programs that statements are made of. */
export interface Expressions {
  readonly expression: fc.Arbitrary<Build<Expression>>;
  /** One that awaits or yields, where the function can. */
  readonly suspension: fc.Arbitrary<Build<Expression>>;
  readonly condition: fc.Arbitrary<Build<Condition>>;
  /** What can be acquired by a declaration of this form. */
  readonly acquisition: (form: string) => fc.Arbitrary<Build<Acquisition>>;
}

const often: readonly ResourceKind[] = [
  "plain",
  "failing",
  "aware",
  "suppressing",
  "asyncPlain",
  "asyncFailing",
  "asyncAware",
  "asyncSuppressing",
];

/** What is never acquired ends most programs early. */
function weightOf(kind: ResourceKind, form: string): number {
  if (form === "dense") return traitsOf(kind).by === "null" ? 3 : 1;
  if (often.includes(kind)) return 12;
  const { by, refuses } = traitsOf(kind);
  return refuses || by === "number" || by === "error" ? 1 : 2;
}

const condition = building(
  fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
  (place, answers): Condition => ({ site: fresh(place, "c"), answers }),
);

const buildText = (place: Place): Expression => ({ kind: "text", text: fresh(place, "x") });
const text = building(fc.constant(0), buildText);

export function expressions({ sayable = false, unfailing = false }: ProgramOptions): Expressions {
  /** @param argument is evaluated before there is anything to acquire. */
  const acquisition = (form: string, argument = noArgument): fc.Arbitrary<Build<Acquisition>> => {
    const isPossible = (kind: ResourceKind): boolean =>
      (!(form === "using" || sayable) || isSayable(kind)) &&
      !(unfailing && (isFailing(kind) || (form === "destructured" && /nothing/i.test(kind))));
    const weighted = (kinds: ResourceKind[]) =>
      fc.oneof(
        ...kinds
          .filter(isPossible)
          .map((kind) => ({ arbitrary: fc.constant(kind), weight: weightOf(kind, form) })),
      );
    const sync = weighted(Object.keys(syncKinds) as ResourceKind[]);
    const async = weighted(Object.keys(asyncKinds) as ResourceKind[]);
    const how = fc.constantFrom("sync" as const, "awaited" as const, "async" as const, "async" as const);
    return building(
      fc.tuple(sync, async, how, argument),
      (place, [sync, async, how, argument]): Acquisition => {
        const isAwaited = how !== "sync" && canAwait(place);
        return {
          kind: "acquire",
          resource: isAwaited && how === "async" ? async : sync,
          site: fresh(place, "r"),
          isAwaited,
          argument: argument(place),
        };
      },
    );
  };

  const { expression } = fc.letrec<{ expression: Build<Expression> }>((tie) => {
    const inner = tie("expression");
    const pair = fc.tuple(inner, inner);
    const arbitrary = <Value>(
      parts: fc.Arbitrary<Value>,
      build: (place: Place, parts: Value) => Expression,
    ) => ({ arbitrary: building(parts, build), weight: 1 });
    return {
      expression: fc.oneof(
        { maxDepth: 2, depthSize: "small", withCrossShrink: true },
        { arbitrary: text, weight: 4 },
        ...(sayable
          ? []
          : [
              {
                arbitrary: acquisition("expression", fc.option(inner, { freq: 2 }).map(optional)),
                weight: 4,
              },
            ]),
        arbitrary(pair, (place, [left, right]) => ({ kind: "both", left: left(place), right: right(place) })),
        arbitrary(pair, (place, [left, right]) => ({
          kind: "coalesce",
          left: left(place),
          right: right(place),
        })),
        arbitrary(fc.tuple(condition, inner), (place, [when, right]) => ({
          kind: "and",
          condition: when(place),
          right: right(place),
        })),
        arbitrary(fc.tuple(condition, pair), (place, [when, [yes, no]]) => ({
          kind: "choose",
          condition: when(place),
          yes: yes(place),
          no: no(place),
        })),
        waiting(inner),
        yielding(inner),
      ),
    };
  });

  /** Only where it can be awaited; else the value alone. */
  function waiting(inner: fc.Arbitrary<Build<Expression>>): Weighted {
    const how = fc.constantFrom<Waiting>("step", "step", "step", "value", "thenable", "rejected");
    return {
      arbitrary: building(fc.tuple(how, inner), (place, [how, value]): Expression => {
        if (!canAwait(place)) return value(place);
        const waiting = unfailing && how === "rejected" ? "step" : how;
        return { kind: "await", waiting, site: fresh(place, "w"), value: value(place) };
      }),
      weight: 3,
    };
  }

  function yielding(inner: fc.Arbitrary<Build<Expression>>): Weighted {
    return {
      arbitrary: building(fc.tuple(fc.nat(9), inner), (place, [chance, value]): Expression => {
        if (!canYield(place)) return value(place);
        const isRejected = chance === 9 && !unfailing && canAwait(place);
        return { kind: "yield", site: fresh(place, "y"), value: value(place), isRejected };
      }),
      weight: 4,
    };
  }

  // Most statements have none to acquire, else nothing runs without a failure for long.
  const mostlyText = fc.oneof({ withCrossShrink: true }, { arbitrary: text, weight: 2 }, expression);
  const argument = fc.oneof(
    { arbitrary: noArgument, weight: 5 },
    { arbitrary: expression.map(optional), weight: 1 },
  );
  return {
    acquisition: (form) => acquisition(form, argument),
    condition,
    expression: mostlyText,
    suspension: fc.oneof(waiting(mostlyText), yielding(mostlyText)),
  };
}

interface Weighted {
  readonly arbitrary: fc.Arbitrary<Build<Expression>>;
  readonly weight: number;
}

type BuildArgument = Build<Expression | undefined>;

const noArgument: fc.Arbitrary<BuildArgument> = fc.constant(() => undefined);

function optional(build: Build<Expression> | null): BuildArgument {
  return (place) => build?.(place);
}
