// The thread in which Node before 22.15 runs the hooks of ES modules.
export { loadAsync as load } from "./load-hooks";
