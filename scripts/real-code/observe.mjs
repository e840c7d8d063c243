// node observe.mjs <package> <emitted>: runs the observations of a package on what was emitted; prints JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [name, root] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${root}/index.js`));

const { observe } = await import(`./observe-${name}.mjs`);
const log = await observe((module) => require(`${root}/${module}`));
const { counts } = require("counted");
console.log(JSON.stringify({ log, ...counts }));
