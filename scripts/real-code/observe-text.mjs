// node observe-text.mjs <package> <folder>: runs the observations of a package on its sources without types; prints JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { observeText } from "./text-packages.mjs";

const [name, root] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${root}/index.js`));
const log = await observeText(name, (module) => require(`${root}/${module}`));
const { counts } = require("counted");
console.log(JSON.stringify({ log, ...counts }));
process.exit(0); // some keep timers
