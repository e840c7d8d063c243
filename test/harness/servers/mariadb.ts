import { dirname, join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { ServerProgram } from "./private-server.ts";

/** MariaDB. Its user `root` can log in without a password, and only from this machine. */
export function mariadb(programs: string): ServerProgram {
  const base = dirname(programs) === "/" ? "/usr" : dirname(programs);
  return {
    name: "mariadb",
    create: (folder) => [
      join(base, "bin", "mariadb-install-db"),
      ...["--no-defaults", `--basedir=${base}`, `--datadir=${join(folder, "data")}`, "--skip-test-db"],
      ...["--auth-root-authentication-method=normal", "--skip-name-resolve"],
    ],
    run: (folder, port) => [
      join(programs, "mariadbd"),
      ...["--no-defaults", `--basedir=${base}`, `--datadir=${join(folder, "data")}`],
      ...[`--socket=${join(folder, "socket")}`, `--pid-file=${join(folder, "pid")}`, `--port=${port}`],
      ...["--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"],
      ...["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"],
    ],
    async connect(port) {
      const client = await createConnection({ host: "127.0.0.1", port, user: "root" });
      await client.query("CREATE DATABASE IF NOT EXISTS test");
      await client.end();
    },
  };
}
