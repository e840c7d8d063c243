/** `true` where the two types are the same, `any` and `never` told apart from all others. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile unless its argument is `true`. */
export type Assert<T extends true> = T;

/** A Disposable with something to see, so that a handle of the wrong type shows. */
export interface Server extends Disposable {
  readonly port: number;
}

export interface Database {
  query(text: string): string[];
}

/** A value of any type, for code that is only compiled. */
export declare function given<T>(): T;
