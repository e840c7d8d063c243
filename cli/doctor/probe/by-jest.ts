import { type Compile, load } from "./task";

/** The transformers of the project's configuration. */
export const byJest: Compile = async ({ folder, configPath, file, text, temporary }) => {
  const { readConfig } = await load("jest-config", folder);
  const { createScriptTransformer } = await load("@jest/transform", folder);
  const args = { _: [], $0: "jest", ...(configPath !== undefined && { config: configPath }) };
  const { projectConfig } = await readConfig(args, folder);
  const transformer = await createScriptTransformer({ ...projectConfig, cacheDirectory: temporary });
  const options = {
    instrument: false,
    supportsDynamicImport: false,
    supportsExportNamespaceFrom: false,
    supportsStaticESM: false,
    supportsTopLevelAwait: false,
  };
  return [(await transformer.transformSourceAsync(file, text, options)).code as string];
};
