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
 * @param place the frame is to stand where it begins.
 * @returns its number, as the last argument of the call that is yielded. The first place needs none.
 */
export function noteAwait(
  lower: LowerContext,
  place: ts.Node | ts.TextRange | undefined,
): readonly ts.Expression[] {
  let pos = -1;
  if (place !== undefined && place.pos >= 0)
    pos = "kind" in place ? place.getStart(lower.sourceFile) : place.pos;
  const number = lower.body!.awaits.push({ pos, end: pos }) - 1;
  return number === 0 ? [] : [lower.factory.createNumericLiteral(number)];
}

// produces: driver_1.value = await driver_1.awaited;
//
// given:    two places or more
// produces: const awaited_1 = driver_1.awaited;
//           switch (driver_1.place) {
//             default:
//               driver_1.value = await awaited_1;
//               break;
//             case 1:
//               driver_1.value = await awaited_1;
//               break;
//           }
//
// The clauses stand in the reverse order of their places. Coverage by Node takes code that was not run to begin at the last
// place that is mapped before it. So a clause begins behind the place where it ends, and nothing of the source is in it.
export function createAwaits(
  lower: LowerContext,
  driver: ts.Identifier,
  places: readonly ts.TextRange[],
): ts.Statement[] {
  const { factory, tsInstance } = lower;
  const property = (name: string): ts.Expression => factory.createPropertyAccessExpression(driver, name);
  const awaitAt = (awaited: ts.Expression, place: ts.TextRange): ts.Statement => {
    const awaits = onOwnLine(lower, factory.createAwaitExpression(awaited), place);
    tsInstance.setEmitFlags(awaits, tsInstance.EmitFlags.NoTrailingSourceMap);
    return createAssignment(lower, property("value"), awaits);
  };
  if (places.length === 1) return [awaitAt(property("awaited"), places[0]!)];
  const awaited = createName(lower, "awaited");
  const clauses = [...places.entries()]
    .sort(([, a], [, b]) => b.pos - a.pos)
    .map(([number, place]) => {
      const statements = [awaitAt(awaited, place), factory.createBreakStatement()];
      return number === 0
        ? factory.createDefaultClause(statements)
        : factory.createCaseClause(factory.createNumericLiteral(number), statements);
    });
  return [
    createConst(lower, awaited, property("awaited")),
    factory.createSwitchStatement(property("place"), factory.createCaseBlock(clauses)),
  ];
}
