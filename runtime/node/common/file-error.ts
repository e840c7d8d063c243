/** The `code` of an error of Node's, if it has one. */
export function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** An error that says more than Node's, which is its `cause`, and keeps its `code`, for callers that look at that. */
export function fileError(message: string, cause: unknown): Error {
  const error = new Error(`ts-raii: ${message}`, cause === undefined ? undefined : { cause });
  const code = codeOf(cause);
  return code === undefined ? error : Object.assign(error, { code });
}

/** What an error says, for a sentence of ours. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
