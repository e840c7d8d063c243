/** The runner of the article this package grew from: each acquisition is a `try/finally` around the rest of the run. */
function runRest(program, handle) {
  const step = program.next(handle);
  if (step.done) return step.value;
  const resource = step.value;
  try {
    return runRest(program, resource);
  } finally {
    resource[Symbol.dispose]();
  }
}

// Under the marker's name, so that it runs the very programs that the transformer emits.
export const raii = {
  drive(program) {
    const result = runRest(program, undefined);
    return { end: () => result };
  },
};
