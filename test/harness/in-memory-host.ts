import ts from "typescript";

/** The declarations that programs share: to parse those of the language takes longer than most tests. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * A host of a Program that has some files in memory, and all others as they are on the disk.
 *
 * @param files the texts, by absolute path.
 */
export function createInMemoryHost(
  files: ReadonlyMap<string, string>,
  options: ts.CompilerOptions,
  compiler = ts,
): ts.CompilerHost {
  const host = compiler.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  // What is parsed for one set of options is bound for it, too.
  const shared = `${compiler.version} ${JSON.stringify(options)}`;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(name);
    if (text !== undefined) return compiler.createSourceFile(name, text, version);
    const key = `${shared} ${name}`;
    if (!parsed.has(key)) parsed.set(key, getSourceFile(name, version, ...rest));
    return parsed.get(key);
  };
  return host;
}
