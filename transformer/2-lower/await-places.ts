import type ts from "typescript";
import { createName } from "./create-name";
import { createAssignment, createConst } from "./create-nodes";
import type { LowerContext } from "./lower-context";
import { onOwnLine } from "./map-to-own-line";

// The function that runs a program does the awaiting, and in an async stack trace its frame stands at the `await` that waits. So
// the function has one `await` for each place where the source waits, mapped to that place. The program gives the number of the
// place with what it yields.

/**
 * Notes a place where the program being lowered waits.
 *
 * @param place begins where the frame is to stand.
 * @returns its number, as the last argument of the call that is yielded. The first place needs none.
 */
export function noteAwait(lower: LowerContext, place: ts.TextRange | undefined): readonly ts.Expression[] {
  const number = lower.body!.awaits.push(place) - 1;
  return number === 0 ? [] : [lower.factory.createNumericLiteral(number)];
}

// produces: driver_1.value = await driver_1.awaited;
//
// given:    two places or more
// produces: const awaited_1 = driver_1.awaited;
//           switch (driver_1.place) {
//             case 1:
//               driver_1.value = await awaited_1;
//               break;
//             default:
//               driver_1.value = await awaited_1;
//               break;
//           }
export function createAwaits(
  lower: LowerContext,
  driver: ts.Identifier,
  [first, ...others]: readonly (ts.TextRange | undefined)[],
): ts.Statement[] {
  const { factory, tsInstance } = lower;
  const property = (name: string): ts.Expression => factory.createPropertyAccessExpression(driver, name);
  const awaitAt = (awaited: ts.Expression, place: ts.TextRange | undefined): ts.Statement => {
    const awaits = onOwnLine(lower, factory.createAwaitExpression(awaited), place);
    // A place may be many lines: only where it begins counts.
    tsInstance.setEmitFlags(awaits, tsInstance.EmitFlags.NoTrailingSourceMap);
    return createAssignment(lower, property("value"), awaits);
  };
  if (others.length === 0) return [awaitAt(property("awaited"), first)];
  const awaited = createName(lower, "awaited");
  const clauseOf = (place: ts.TextRange | undefined): ts.Statement[] => [
    awaitAt(awaited, place),
    factory.createBreakStatement(),
  ];
  const cases = others.map((place, index) =>
    factory.createCaseClause(factory.createNumericLiteral(index + 1), clauseOf(place)),
  );
  const clauses = [...cases, factory.createDefaultClause(clauseOf(first))];
  return [
    createConst(lower, awaited, property("awaited")),
    factory.createSwitchStatement(property("place"), factory.createCaseBlock(clauses)),
  ];
}
