/** What is installed cannot do the work. The message says what to install. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}
