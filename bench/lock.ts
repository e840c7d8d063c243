/** What the cases acquire: a resource whose own work is next to nothing, so that what is measured is the rest. */
export interface Lock extends Disposable, AsyncDisposable {
  readonly id: number;
  readonly ready: Promise<number>;
  released: number;
}
