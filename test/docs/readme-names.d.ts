// What the programs in README.md use and do not show. What comes from ts-raii or from Node they import.
interface OpenFile extends Disposable {
  close(): void;
}
declare function openFile(path: string, mode: "r" | "w"): OpenFile;
declare function pump(source: OpenFile, target: OpenFile): number;

interface Account {
  readonly id: number;
}
interface Client extends Disposable {
  ping(): void;
}
declare function connect(host: string): Client;

interface Database {
  begin(): OpenTransaction;
}
interface OpenTransaction {
  commit(): void;
  rollback(): void;
  load(folder: string): void;
}
declare function unpack(archive: string, folder: string): void;

interface Pool {
  readonly totalCount: number;
  connect(): Promise<PoolClient>;
}
interface PoolClient {
  query(sql: string, values?: unknown[]): Promise<unknown>;
  release(error?: unknown): void;
}
declare function render(folder: string, client: PoolClient): Promise<string>;

interface Channel {
  send(text: string): void;
}
interface Socket {
  end(): void;
}
declare function openChannel(): import("ts-raii").Resource<Channel>;
declare function openSocket(): import("ts-raii").Resource<Socket>;
