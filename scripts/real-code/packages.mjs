/** What is compiled: packages that ship their TypeScript sources, and how they are to be compiled. */
export const packages = [
  {
    name: "rxjs",
    version: "7.8.2",
    options: {
      strict: true,
      useDefineForClassFields: false,
      paths: { rxjs: ["./index.ts"], "rxjs/*": ["./*"] },
    },
    isSource: (path) => !path.endsWith("umd.ts"),
  },
  {
    name: "effect",
    version: "3.22.4",
    options: { strict: true, exactOptionalPropertyTypes: true },
    isSource: () => true,
  },
  {
    name: "openai",
    version: "6.49.0",
    options: { strict: true, noImplicitAny: true },
    isSource: () => true,
  },
];
