/** Says whether something is as it should be; if it is not, the program goes on and ends with exit code 1. */
export function check(what: string, holds: boolean): void {
  console.log(`${holds ? "ok  " : "FAIL"}  ${what}`);
  if (!holds) process.exitCode = 1;
}
