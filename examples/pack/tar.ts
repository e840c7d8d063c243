// The tar format: each file is a header of one block, then its content, filled up to whole blocks.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13

const block = 512;

/** Two blocks of zeros end an archive. */
export const tarEnd: Uint8Array = new Uint8Array(2 * block);

/** What is to be known of a file before its content is written. */
export interface TarFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly modified: Date;
}

/** What comes before the content: a ustar header, and before it a pax header with all that a ustar header cannot hold. */
export function tarHeader(file: TarFile): Uint8Array {
  const place = placePath(file.path);
  const records = [
    place === undefined ? paxRecord("path", file.path) : "",
    file.size > largest(sizeField) ? paxRecord("size", String(file.size)) : "",
  ].join("");
  const header = ustarHeader(file, place ?? { prefix: "", name: asciiTail(file.path) }, "0");
  if (records === "") return header;

  const content = Buffer.from(records);
  const pax = { ...file, size: content.length, mode: 0o644 };
  const paxHeader = ustarHeader(pax, { prefix: "", name: "PaxHeader" }, "x");
  return Buffer.concat([paxHeader, content, tarPadding(content.length), header]);
}

/** What comes after a content of `size` bytes. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((block - (size % block)) % block);
}

interface Place {
  readonly prefix: string;
  readonly name: string;
}

/** Divides a path over the fields `prefix` (155 bytes) and `name` (100); `undefined` if it does not fit them, or is not ASCII. */
function placePath(path: string): Place | undefined {
  if (!/^[\x20-\x7e]*$/.test(path)) return undefined; // only pax says which encoding it is
  if (path.length <= 100) return { prefix: "", name: path };
  const slash = path.indexOf("/", path.length - 101); // the first one after which at most 100 bytes are left
  return slash > 0 && slash <= 155 && slash < path.length - 1
    ? { prefix: path.slice(0, slash), name: path.slice(slash + 1) }
    : undefined;
}

/** A name for programs that do not know pax: the end of the path. */
function asciiTail(path: string): string {
  return path
    .replace(/[^\x20-\x7e]/g, "_")
    .slice(-100)
    .replace(/^\/+/, "");
}

/** `<length> <key>=<value>\n`, the length being that of the whole record in bytes, its own digits included. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (bytes + String(length).length !== length) length += 1;
  return `${length}${rest}`;
}

interface Field {
  readonly at: number;
  readonly length: number;
}

const sizeField: Field = { at: 124, length: 12 };

function largest({ length }: Field): number {
  return 8 ** (length - 1) - 1;
}

function ustarHeader(file: TarFile, { prefix, name }: Place, type: "0" | "x"): Buffer {
  const header = Buffer.alloc(block);
  const octal = (field: Field, value: number) =>
    header.write(value.toString(8).padStart(field.length - 1, "0"), field.at, "latin1"); // and a NUL
  header.write(name, 0, "latin1");
  octal({ at: 100, length: 8 }, file.mode & 0o777);
  octal({ at: 108, length: 8 }, 0); // user and group: of no meaning elsewhere
  octal({ at: 116, length: 8 }, 0);
  octal(sizeField, file.size > largest(sizeField) ? 0 : file.size);
  octal({ at: 136, length: 12 }, Math.max(0, Math.floor(file.modified.getTime() / 1000)));
  header.write(" ".repeat(8), 148, "latin1"); // the checksum counts as spaces while it is computed
  header.write(type, 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal({ at: 329, length: 8 }, 0);
  octal({ at: 337, length: 8 }, 0);
  header.write(prefix, 345, "latin1");

  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}
