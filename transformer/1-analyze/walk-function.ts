import { namesOfBindings } from "../syntax/declared-names";
import { constantBindings } from "./constant-names";
import { createFrame } from "./frame";
import { createListFrame } from "./list-frame";
import type { FunctionRecord } from "./plan-function";
import { inMethodName, type Place, type Walk } from "./walk";

/**
 * Walks a function: its modifiers and its name, its parameters, its body.
 * @param definition the place of its decorators and its computed name.
 */
export function walkFunction(
  { tsInstance, emit, walk, walkAll, mayBeLowered }: Walk,
  record: FunctionRecord,
  place: Place,
  definition: Place,
): void {
  const { node } = record;
  const body = node.body!;
  const keepsThis = tsInstance.isArrowFunction(node);
  for (const modifier of node.modifiers ?? []) walk(modifier, definition);
  if (node.name !== undefined) walk(node.name, inMethodName(emit, definition));

  const ownName = tsInstance.isFunctionExpression(node) ? node.name?.text : undefined;
  const frame = createFrame({
    parent: place.frame,
    kind: { kind: "repeated" },
    fn: node,
    isHoistedFunction: tsInstance.isFunctionDeclaration(node),
    names: () => {
      const names = namesOfBindings(tsInstance, node.parameters);
      return ownName === undefined ? names : names.add(ownName);
    },
    constants: () => constantBindings(tsInstance, node.parameters, node),
  });
  const inside: Place = {
    frame,
    code: record,
    isLowered: place.isLowered || mayBeLowered(record),
    owner: "function",
    obstacle: undefined,
    suspension: "kept",
    inDerivedConstructor: keepsThis
      ? place.inDerivedConstructor
      : tsInstance.isConstructorDeclaration(node) && place.inDerivedConstructor,
  };
  for (const parameter of node.parameters) {
    for (const modifier of parameter.modifiers ?? []) walk(modifier, definition);
    const inParameter: Place = { ...inside, obstacle: "raii-in-parameter-default" };
    walk(parameter.name, inParameter);
    if (parameter.initializer !== undefined) walk(parameter.initializer, inParameter);
  }
  if (tsInstance.isBlock(body)) {
    const bodyFrame = createListFrame(tsInstance, frame, body, body.statements, true);
    walkAll(body.statements, { ...inside, frame: bodyFrame });
  } else {
    walk(body, {
      ...inside,
      frame: createFrame({ parent: frame, kind: { kind: "container", container: body } }),
    });
  }
}
