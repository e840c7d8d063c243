import type ts from "typescript";
import type { CheckedFile } from "../rule";
import { findHeld, type Held } from "./held";
import { findMoves, type Move } from "./moves";
import { createOrigins, type Origins } from "./origins";
import { createPromises, type Promises } from "./promises";
import { createTypes, type Types } from "./types";
import { createVariables, type Variables } from "./variables";

/** Where the handles of a file go: within a function, through names, literals and closures, as far as is certain. */
export interface Flow {
  readonly held: readonly Held[];
  readonly moves: readonly Move[];
  readonly variables: Variables;
  readonly origins: Origins;
  readonly types: Types;
  readonly promises: Promises;
}

export function createFlow({
  tsInstance,
  sourceFile,
  checker,
  model,
}: Pick<CheckedFile, "tsInstance" | "sourceFile" | "model"> & { readonly checker: ts.TypeChecker }): Flow {
  const held = model === undefined ? [] : findHeld(tsInstance, sourceFile, model);
  const variables = createVariables(tsInstance, checker, sourceFile);
  const origins = createOrigins(tsInstance, checker, variables, held);
  const types = createTypes(tsInstance, checker);
  const promises = createPromises({ tsInstance, checker, variables, origins, types });
  const moves = model === undefined ? [] : findMoves(model, origins);
  return { held, moves, variables, origins, types, promises };
}
