/** A configuration is not of a shape that `init` knows. The message says why; nothing is written, and the lines are printed. */
export class UnknownShape extends Error {}
