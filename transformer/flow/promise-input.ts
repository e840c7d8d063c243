import type ts from "typescript";
import type { CandidateNames } from "./candidate-names";
import type { FileNodes } from "./file-nodes";
import type { Origins } from "./origins";
import type { Types } from "./types";
import type { Variables } from "./variables";

/** What promises, and what they are made with, are looked for in. */
export interface PromiseInput {
  readonly tsInstance: typeof ts;
  readonly checker: ts.TypeChecker;
  readonly variables: Variables;
  readonly origins: Origins;
  readonly types: Types;
  readonly candidates: () => CandidateNames;
  readonly nodes: () => FileNodes;
}
