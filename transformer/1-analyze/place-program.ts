import type { Frame } from "./frame";
import type { Placement } from "./plan";
import type { Survey } from "./survey-function";

/**
 * Decides where the generator of a program stands. Outwards from the function, as far as no name it mentions is
 * declared on the way: the farther out, the less often a generator function is created, and creating one costs more
 * than running it (DESIGN §5).
 *
 * @param frame the environment the function stands in (its own parameters left out).
 */
export function placeProgram(frame: Frame, survey: Survey): Placement {
  let best: Placement | undefined;
  for (let current: Frame | undefined = frame; current !== undefined; current = current.parent) {
    const { kind, isWall } = current;
    if (kind.kind === "container") best = { kind: "beside", container: kind.container };
    const isOutermost = current.parent === undefined;
    if (isOutermost || isWall || mentionsNameOf(current, survey)) {
      return best ?? placeInStaticBlock(current) ?? { kind: "inside" };
    }
  }
  return { kind: "inside" };
}

/** A function that needs the inside of a class can have its generator made there once, if the class is made once. */
function placeInStaticBlock({ kind, parent }: Frame): Placement | undefined {
  if (kind.kind !== "class") return undefined;
  for (let current = parent; current !== undefined; current = current.parent) {
    if (current.kind.kind === "container") {
      return { kind: "static-block", class: kind.class, container: current.kind.container };
    }
    if (current.kind.kind === "repeated") return undefined;
  }
  return undefined;
}

function mentionsNameOf(frame: Frame, survey: Survey): boolean {
  const declared = frame.names();
  if (survey.mentionsAnyName) return declared.size > 0;
  for (const name of declared) if (survey.names.has(name)) return true;
  return false;
}
