/** Tasks that run at the same time. The end of its scope waits for all of them; what one failed with, it fails with. */
export class TaskGroup implements AsyncDisposable {
  private readonly running = new Set<Promise<void>>();
  private readonly errors: unknown[] = [];

  /** @param name stands for the group in error messages. */
  constructor(readonly name: string) {}

  start(task: Promise<void>): void {
    const ended: Promise<void> = task
      .catch((error) => void this.errors.push(error))
      .finally(() => this.running.delete(ended));
    this.running.add(ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running); // they may start more
    if (this.errors.length === 1) throw this.errors[0];
    if (this.errors.length > 1) throw new AggregateError(this.errors, this.errors.join("\n"));
  }
}
