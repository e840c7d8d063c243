export { timer } from "./timer.js";
