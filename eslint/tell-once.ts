const told = new Set<string>();

/** Says something on the error stream, the first time that it is to be said. Reports are about code, and this is not. */
export function tellOnce(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  process.emitWarning(text, { type: "ts-raii/eslint" });
}
