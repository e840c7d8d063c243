import { combineErrors } from "../core/suppressed-error.js";

/** Errors of releases that nobody waits for. They are told at once, or kept until the owner's scope ends. */
export class KeptErrors {
  private kept: { readonly error: unknown } | undefined = undefined;

  /** @param tell is told each one; without it they are kept. */
  constructor(private readonly tell: ((error: unknown) => void) | undefined) {}

  /** @param subject what was being released. */
  report(error: unknown, subject: object): void {
    if (this.tell === undefined) return this.keep(error, subject);
    try {
      this.tell(error);
    } catch (thrown) {
      this.keep(thrown, subject);
    }
  }

  /** Keeps it for {@link rethrow}. */
  keep(error: unknown, subject: object): void {
    this.kept = { error: this.kept ? combineErrors(error, this.kept.error, subject) : error };
  }

  /** @throws what was kept, combined (S4). */
  rethrow(): void {
    const { kept } = this;
    this.kept = undefined; // S10
    if (kept) throw kept.error;
  }
}
