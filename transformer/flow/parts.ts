import type ts from "typescript";
import type { Derivations } from "./derivations";
import type { Finding } from "./origin";
import type { Variables } from "./variables";

/** What the parts of the search for origins have of each other. */
export interface Parts {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly variables: Variables;
  readonly derivations: Derivations;
  readonly of: (expression: ts.Expression) => Finding;
  readonly ofElement: (property: ts.ObjectLiteralElementLike) => Finding;
}
