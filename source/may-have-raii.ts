/** Whether a text may import the marker. It is asked for each file of a build, so it looks at the text alone. */
export function mayHaveRaii(code: string, importSource: string): boolean {
  return code.includes(`"${importSource}"`) || code.includes(`'${importSource}'`);
}
