import { basename, join } from "node:path";
import { type AsyncAcquirable, raii } from "ts-raii";
import { checksumService, type ServiceOptions } from "./checksum-service.js";
import { saveSums } from "./save-sums.js";
import { TaskGroup } from "./task-group.js";

export interface Job {
  readonly service: ServiceOptions;
  /** Files with a path on each line: each is a client's. */
  readonly lists: readonly string[];
  /** The folder where the sums of each list are saved. */
  readonly output: string;
  /** The time that each client has, in milliseconds. */
  readonly limit: number;
  readonly during?: AsyncAcquirable;
}

/** Starts a service and, all at once, a client for each list; it shuts the service down when the last client has ended. */
export async function sumLists({ service, lists, output, limit, during }: Job): Promise<void> {
  "use raii";
  const port = await raii(checksumService(service));
  const clients = await raii(new TaskGroup("clients"));
  for (const list of lists) {
    const sums = join(output, `${basename(list)}.sums`);
    clients.start(saveSums({ port, list, output: sums, limit, during }));
  }
}
