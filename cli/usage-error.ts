/** The command line or the configuration is wrong. It ends the command with exit code 2 and shows its message alone. */
export class UsageError extends Error {}
