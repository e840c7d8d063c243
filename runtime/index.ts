export { acquire } from "./acquire.js";
export { contextManager } from "./context-manager.js";
export type { Program } from "./drive.js";
export type { CancelledExit, Exit, FailedExit, SucceededExit } from "./exit.js";
export type { Acquirable, Handle } from "./handle.js";
export { type Raii, raii } from "./raii.js";
export { type Acquisition, Resource, resource } from "./resource.js";
export { run } from "./run.js";
export { UntransformedError } from "./untransformed-error.js";
