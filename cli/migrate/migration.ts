import type ts from "typescript";
import type { SourceFileModel } from "../../transformer/1-analyze/model";
import type { TextEdit } from "../../transformer/diagnostics/finding";
import type { Options } from "../../transformer/diagnostics/options";
import type { Types } from "../../transformer/flow/types";

/** A file that is to be rewritten; it has `parent` set on its nodes. */
export interface MigratedFile {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  /** What the analysis of the build has found in it. */
  readonly model: SourceFileModel;
  readonly options: Options;
  readonly checker: ts.TypeChecker;
  readonly types: Types;
}

/** What is to be done to a file. */
export interface Migration {
  readonly edits: readonly TextEdit[];
  /** How many resources are declared in the other way. */
  readonly count: number;
  readonly left: readonly Left[];
}

/** What stays as it is. */
export interface Left {
  readonly node: ts.Node;
  /** Why, and what can be done. */
  readonly why: string;
}

/** By which kind of `using` a list declares, if by one. */
export function usingKind(
  { NodeFlags }: typeof ts,
  { flags }: ts.VariableDeclarationList,
): "using" | "await using" | undefined {
  const kind = flags & NodeFlags.BlockScoped;
  if (kind === NodeFlags.AwaitUsing) return "await using";
  return kind === NodeFlags.Using ? "using" : undefined;
}
