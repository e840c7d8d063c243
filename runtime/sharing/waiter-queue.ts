/** Somebody who waits in a queue. */
export class Waiter<T> {
  before: Waiter<T> | undefined = undefined;
  behind: Waiter<T> | undefined = undefined;
  isWaiting = true;
  /** Is called when he waits no more. */
  stop = (): void => {};

  constructor(
    readonly resolve: (value: T) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/**
 * Those who wait, in the order in which they came. A linked list: who gives up leaves at once, wherever he stands, and
 * the first one is found at once, however many there are (S9); neither an array nor a Set can do both.
 */
export class WaiterQueue<T> {
  size = 0;
  private first: Waiter<T> | undefined = undefined;
  private last: Waiter<T> | undefined = undefined;

  add(waiter: Waiter<T>): void {
    waiter.before = this.last;
    if (this.last) this.last.behind = waiter;
    else this.first = waiter;
    this.last = waiter;
    this.size++;
  }

  /** Takes out the one who has waited longest. */
  take(): Waiter<T> | undefined {
    const { first } = this;
    if (first) this.remove(first);
    return first;
  }

  remove(waiter: Waiter<T>): void {
    const { before, behind } = waiter;
    if (before) before.behind = behind;
    else this.first = behind;
    if (behind) behind.before = before;
    else this.last = before;
    waiter.before = waiter.behind = undefined;
    waiter.isWaiting = false;
    waiter.stop();
    this.size--;
  }
}
