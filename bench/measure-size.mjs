import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

/** The bytes, minified and gzipped, of a bundle of one emitted module, and how much of it the module itself is. */
export function measureSize(file) {
  const bundle = (external) => {
    const { outputFiles } = esbuild.buildSync({
      entryPoints: [file],
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      external,
      write: false,
    });
    return gzipSync(outputFiles[0].contents, { level: 9 }).length;
  };
  return { all: bundle([]), code: bundle(["ts-raii"]) };
}

/** The bytes of emitted code, minified, and gzipped after that. */
export function measureCode(code) {
  const minified = esbuild.transformSync(code, { minify: true, format: "esm", target: "es2022" }).code;
  return { minified: minified.length, zipped: gzipSync(minified, { level: 9 }).length };
}
