import { type Acquisition, Resource } from "../../runtime/index.ts";

/** Releases check that they come in exact reverse order: no trace of a million entries is needed. */
export class Countdown implements Resource<number> {
  held = 0;
  [Resource.acquire](): Acquisition<number> {
    const index = this.held++;
    return {
      handle: index,
      release: () => {
        if (--this.held !== index) throw new Error(`released ${index} while ${this.held + 1} were held`);
      },
    };
  }
}
