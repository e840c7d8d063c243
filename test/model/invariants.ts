/** What must be true of every trace by itself, whatever the program: properties 2 to 4, and 1 where nothing is a `var`. */
export function brokenInvariants(trace: readonly string[], isNested: boolean): string[] {
  const held: string[] = [];
  const seen = new Set<string>();
  const broken: string[] = [];
  for (const line of trace) {
    const name = line.slice(1).split(" ")[0]!;
    if (line.startsWith("+") || line.startsWith("!")) {
      if (seen.has(name)) broken.push(`${name} twice`);
      seen.add(name);
    }
    if (line.startsWith("+")) held.push(name);
    else if (line.startsWith("-")) {
      const at = held.lastIndexOf(name);
      if (at === -1) broken.push(`${name} released but not held`);
      else if (isNested && at !== held.length - 1) broken.push(`${name} released before ${held.at(-1)}`);
      if (at !== -1) held.splice(at, 1);
    } else if (line.startsWith("show ") && line.endsWith(" after release")) {
      broken.push(`seen in its scope: ${line}`);
    } else if (/^(returned|threw) /.test(line) && held.length > 0) {
      broken.push(`ended while ${held.join(", ")} is held`);
    }
  }
  return broken;
}
