import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type Resource, resource } from "ts-raii";

/** Takes bytes, and writes them compressed. */
export interface GzipOutput {
  write(bytes: Uint8Array): void;
}

/** So large that starting anew costs next to nothing: deflate looks back 32 KiB. */
const memberSize = 1 << 20;

/** A gzip file is a sequence of members, each complete in itself: so it can be written piece by piece, synchronously. */
class GzipMembers implements GzipOutput {
  private pending: Uint8Array[] = [];
  private size = 0;
  private members = 0;

  constructor(private readonly fd: number) {}

  write(bytes: Uint8Array): void {
    this.pending.push(bytes);
    this.size += bytes.length;
    if (this.size >= memberSize) this.writeMember();
  }

  /** Writes what is left. A file without a member would be no gzip file. */
  end(): void {
    if (this.size > 0 || this.members === 0) this.writeMember();
  }

  private writeMember(): void {
    writeFileSync(this.fd, gzipSync(Buffer.concat(this.pending)));
    this.members += 1;
    this.pending = [];
    this.size = 0;
  }
}

/**
 * A gzip stream into the open file `fd`. Its last member is written when the scope has succeeded; after a failure nobody
 * will read the file, and what is left is dropped.
 */
export function gzipOutput(fd: number): Resource<GzipOutput> {
  return resource(
    () => new GzipMembers(fd),
    (members, exit) => {
      if (exit.kind === "succeeded") members.end();
    },
    "gzip output",
  );
}
