import { relative } from "node:path";
import { dependencyKinds, findPackage } from "../../toolchain/manifest";
import { packageVersion } from "../../toolchain/package-version";
import type { Diagnosis, Patient } from "./diagnosis";

/** Whether ts-raii is installed where what is emitted finds it. */
export function checkPackage({ folder, manifests, cwd }: Patient): Diagnosis {
  const id = "ts-raii";
  const installed = findPackage("ts-raii", folder);
  if (installed === undefined)
    return {
      id,
      status: "problem",
      message: "ts-raii is not installed where the project finds it.",
      advice: "npm install ts-raii",
    };
  const version = installed.json.version ?? "";
  if (version !== packageVersion())
    return {
      id,
      status: "warning",
      message: `The project finds ts-raii ${version}; this is ${packageVersion()}.`,
      advice: "Run the one that is installed: npx ts-raii doctor in the folder of the project.",
    };
  for (const { json, path } of manifests) {
    const kind = dependencyKinds.find((each) => json[each]?.["ts-raii"] !== undefined);
    if (kind === undefined) continue;
    if (kind === "devDependencies")
      return {
        id,
        status: "warning",
        message: `ts-raii ${version} stands under devDependencies in ${relative(cwd, path)}; what is emitted imports it.`,
        advice: "Move it to dependencies: npm install ts-raii --save-prod",
      };
    return { id, status: "ok", message: `ts-raii ${version}, under ${kind}` };
  }
  return {
    id,
    status: "warning",
    message: `ts-raii ${version} is found, but no package.json asks for it.`,
    advice: "npm install ts-raii",
  };
}
