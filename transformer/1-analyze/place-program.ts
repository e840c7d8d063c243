import type ts from "typescript";
import type { Frame } from "./frame";
import type { FunctionPlan, Placement } from "./plan-types";
import type { Survey } from "./survey-function";

/** Where a program's generator stands, and what of the frames between it has to be handed to it. */
interface PlacedProgram {
  readonly placement: Placement;
  readonly constants: readonly string[];
}

/** What is to be placed. */
interface ProgramToPlace {
  readonly node: ts.Node;
  /** The environment the function stands in, its own parameters left out. */
  readonly frame: Frame;
  readonly survey: Survey;
  /** The names that the function declares itself, that of a function expression included. */
  readonly ownNames: ReadonlySet<string>;
  readonly isHoistedFunction: boolean;
  /** Whether private names are emitted as they are. */
  readonly keepsPrivateNames: boolean;
  /** The plans of the functions around it. */
  readonly functions: ReadonlyMap<ts.Node, FunctionPlan>;
}

/**
 * Decides where the generator of a program stands. Outwards from the function, as far as what it mentions of the frames
 * on the way can be handed to it, which is what never changes: the farther out, the less often a generator function is
 * created, and creating one costs more than running it (docs/performance.md).
 */
export function placeProgram(program: ProgramToPlace): PlacedProgram {
  const { node, frame, survey, ownNames, isHoistedFunction, functions } = program;
  let best: PlacedProgram = { placement: { kind: "inside" }, constants: [] };
  const constants: string[] = [];
  /** The function is not called before the text has been run through up to here. */
  let notBefore = node.pos;
  let isHoisted = isHoistedFunction;
  let isInDefinition = false;
  /** A program around this one has moved to here, and what calls ours with it: it sees nothing of what lies between. */
  let movedTo: ts.Node | undefined;

  for (let current: Frame | undefined = frame; current !== undefined; current = current.parent) {
    const { kind, isWall } = current;
    if (kind.kind === "class" && kind.class === movedTo) movedTo = undefined;
    if (kind.kind === "container") {
      if (kind.container === movedTo) movedTo = undefined;
      if (movedTo === undefined)
        best = { placement: { kind: "beside", container: kind.container }, constants: [...constants] };
      isInDefinition = false;
      if (isHoisted) notBefore = kind.container.pos; // a function declaration is there from the beginning of its block
      isHoisted = false;
    }
    if (current.parent === undefined || isWall) return best;
    for (const name of mentionedNames(current, survey)) {
      const from = current.constants().get(name);
      const isConstant =
        from !== undefined &&
        from >= 0 && // what another transformer made stands at no place
        from <= notBefore &&
        !ownNames.has(name) &&
        !constants.includes(name);
      if (!isConstant || survey.mentionsAnyName) {
        const placement = isInDefinition ? undefined : placeInClass(program, current);
        return placement === undefined || best.placement.kind !== "inside"
          ? best
          : { placement, constants: [...constants] };
      }
      constants.push(name);
    }
    isHoisted ||= current.isHoistedFunction;
    const around = current.fn && functions.get(current.fn);
    if (around?.kind === "program") movedTo ??= containerOf(around.placement);
    isInDefinition ||= kind.kind === "class-definition";
  }
  return best;
}

/** The list of statements, or the class, that a program is put into. */
function containerOf(placement: Placement): ts.Node | undefined {
  if (placement.kind === "inside") return undefined;
  return placement.kind === "private-method" ? placement.class : placement.container;
}

/** A function that needs the inside of a class can have its generator made there, once for the class. */
function placeInClass(
  { frame, ownNames, keepsPrivateNames }: ProgramToPlace,
  classFrame: Frame,
): Placement | undefined {
  const { kind, parent } = classFrame;
  if (kind.kind !== "class" || kind.isDecorated) return undefined;
  const className = kind.class.name?.text;
  const isVisible = (name: string): boolean => {
    if (ownNames.has(name)) return false;
    for (let current = frame; current !== classFrame; current = current.parent!)
      if (current.names().has(name)) return false;
    return true;
  };
  if (keepsPrivateNames && className !== undefined && isVisible(className))
    return { kind: "private-method", class: kind.class, className };
  // A variable around the class holds the generator: the class has to be made once for each such variable.
  for (let current = parent; current !== undefined; current = current.parent) {
    if (current.kind.kind === "container") {
      return { kind: "static-block", class: kind.class, container: current.kind.container };
    }
    if (current.kind.kind === "repeated") return undefined;
  }
  return undefined;
}

function mentionedNames(frame: Frame, { names, mentionsAnyName }: Survey): readonly string[] {
  const declared = frame.names();
  // By what the function mentions, which is short: the frame may declare thousands, and be asked by as many functions.
  return mentionsAnyName ? [...declared] : [...names].filter((name) => declared.has(name));
}
