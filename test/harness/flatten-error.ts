/** An error as the logs compare it: the message, or both sides of a SuppressedError, of whichever class. */
export function flattenError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${String(error)}`;
  if (error.name !== "SuppressedError") return `${error.name}: ${error.message}`;
  const { error: later, suppressed: earlier } = error as Error & { error: unknown; suppressed: unknown };
  return `Suppressed(${flattenError(later)} <- ${flattenError(earlier)})`;
}
