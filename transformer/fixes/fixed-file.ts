import type ts from "typescript";
import type { Finding } from "../diagnostics/finding";
import type { Options } from "../diagnostics/options";

/** What a fix looks at: a finding in its file. The file has `parent` set on its nodes. */
export interface FixedFile {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  readonly options: Options;
  readonly finding: Finding;
  /** What the finding underlines. */
  readonly node: ts.Node;
}
