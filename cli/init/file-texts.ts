import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UnknownShape } from "./unknown-shape";

/** Files that are changed in memory first. */
export class FileTexts {
  private readonly texts = new Map<
    string,
    { readonly before: string | undefined; after: string | undefined }
  >();

  /** What a file contains, with what has been changed. @throws {UnknownShape} where it is no text in UTF-8. */
  read(path: string): string | undefined {
    const known = this.texts.get(path);
    if (known !== undefined) return known.after;
    const text = existsSync(path) ? readText(path) : undefined;
    this.texts.set(path, { before: text, after: text });
    return text;
  }

  change(path: string, text: string): void {
    this.read(path);
    this.texts.get(path)!.after = text;
  }

  /** The files that are to be written. */
  changes(): readonly {
    readonly path: string;
    readonly before: string | undefined;
    readonly after: string;
  }[] {
    return [...this.texts].flatMap(([path, { before, after }]) =>
      after === undefined || after === before ? [] : [{ path, before, after }],
    );
  }

  write(): void {
    for (const { path, after } of this.changes()) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, after);
    }
  }
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UnknownShape(`it cannot be read: ${(error as Error).message}`);
  }
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw new UnknownShape("it is no text in UTF-8");
  return text;
}
