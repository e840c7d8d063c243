/** One line that tells a person which error or value this is. It never throws, whatever it is given, and is bounded. */
export function describe(value: unknown): string {
  try {
    if (value instanceof Error) return firstLine(`${value.name}: ${value.message}`);
    if (typeof value === "string") return firstLine(JSON.stringify(value));
    if (typeof value === "object" && value !== null) return `an object (${nameOf(value)})`;
    if (typeof value === "function") return `a function (${nameOf(value)})`;
    return firstLine(String(value));
  } catch {
    return "a value that cannot be shown";
  }
}

/** What a resource is called: the name it gives itself, or that of its class. */
export function nameOf(subject: object): string {
  try {
    const { name } = subject as { name?: unknown };
    return firstLine(
      typeof name === "string" && name !== "" ? name : subject.constructor.name || "anonymous",
    );
  } catch {
    return "anonymous";
  }
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0]!;
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
