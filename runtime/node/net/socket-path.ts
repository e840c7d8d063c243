/**
 * Refuses the path of a Unix socket that is too long: Node cuts it off, so that the socket is, or is looked for, at
 * another path.
 *
 * @throws {Error} `ENAMETOOLONG`.
 */
export function checkSocketPath(name: string, path: string): void {
  const longest = process.platform === "linux" ? 107 : 103; // bytes, without the zero at its end
  const length = Buffer.byteLength(path);
  if (process.platform === "win32" || length <= longest) return;
  const message = `ts-raii: ${name}: the path of a Unix socket has at most ${longest} bytes here, and this one ${length}`;
  throw Object.assign(new Error(`${message}. Choose a shorter one, or a relative one`), {
    code: "ENAMETOOLONG",
  });
}
