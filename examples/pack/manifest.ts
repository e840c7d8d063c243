/** The name of the manifest in an archive. */
export const manifestName = "SHA256SUMS";

/** One line of a manifest, as `sha256sum` writes it and `sha256sum -c` reads it. */
export function manifestLine(sha256: string, path: string): string {
  const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `${escaped === path ? "" : "\\"}${sha256}  ${escaped}\n`; // a leading backslash says that the path is escaped
}
