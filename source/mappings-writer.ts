/** Writes down where each part of a text comes from, as it goes. */
export interface MappingsWriter {
  /** The number of the line that is being written, from 0. */
  readonly line: () => number;
  readonly endLine: () => void;
  /** From `column` on, the text stands for a place of the source. */
  readonly add: (column: number, sourceLine: number, sourceColumn: number) => void;
  /** From `column` on, it stands for none, where the line began with one that does. */
  readonly addNone: (column: number) => void;
  /** As in a source map. */
  readonly finish: () => string;
}

const digits = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const [comma, semicolon] = new TextEncoder().encode(",;") as unknown as [number, number];
/** What a mapping takes at most: a comma, and four numbers of 32 bits. */
const mostBytes = 1 + 4 * 7;

/**
 * Begins the mappings of a text that comes from one source. Of two places at one column the later one counts.
 *
 * It writes bytes. Each token of a file has a mapping: to keep them as arrays took half of all the memory that is taken to
 * compile a file.
 */
export function createMappingsWriter(): MappingsWriter {
  let bytes = new Uint8Array(1 << 14);
  let length = 0;
  let line = 0;
  /** The last mapping of the line, not yet written: the next may replace it. */
  let hasLast = false;
  let lastColumn = 0;
  let lastSourceLine = -1;
  let lastSourceColumn = -1;
  /** How far what is written has come: each number is written as the difference to the one before. */
  let [column, sourceLine, sourceColumn] = [0, 0, 0];
  let isFirst = true;

  return {
    line: () => line,
    endLine() {
      flush();
      reserve();
      bytes[length++] = semicolon;
      line++;
      column = 0;
      isFirst = true;
    },
    add: note,
    addNone(at) {
      if (hasLast || !isFirst) note(at, -1, -1);
    },
    finish() {
      flush();
      return new TextDecoder().decode(bytes.subarray(0, length));
    },
  };

  function note(at: number, atLine: number, atColumn: number): void {
    if (at !== lastColumn) flush();
    hasLast = true;
    lastColumn = at;
    lastSourceLine = atLine;
    lastSourceColumn = atColumn;
  }

  function flush(): void {
    if (!hasLast) return;
    hasLast = false;
    reserve();
    if (!isFirst) bytes[length++] = comma;
    isFirst = false;
    writeNumber(lastColumn - column);
    column = lastColumn;
    if (lastSourceLine < 0) return;
    bytes[length++] = digits[0]!; // the one source
    writeNumber(lastSourceLine - sourceLine);
    writeNumber(lastSourceColumn - sourceColumn);
    sourceLine = lastSourceLine;
    sourceColumn = lastSourceColumn;
  }

  function reserve(): void {
    if (length + mostBytes <= bytes.length) return;
    const larger = new Uint8Array(bytes.length * 2);
    larger.set(bytes);
    bytes = larger;
  }

  /** In base 64, the sign last: five bits in each digit, and one that says that another follows. */
  function writeNumber(value: number): void {
    let rest = value < 0 ? (-value << 1) | 1 : value << 1;
    do {
      const digit = rest & 31;
      rest >>>= 5;
      bytes[length++] = digits[rest > 0 ? digit | 32 : digit]!;
    } while (rest > 0);
  }
}
