// What the annotated functions acquire: it only counts, and says at the end that every acquisition was released.
const { Resource } = require("ts-raii");

exports.counts = { acquired: 0, released: 0 };

exports.counted = {
  [Resource.acquire]() {
    exports.counts.acquired++;
    return { handle: undefined, release: () => void exports.counts.released++ };
  },
};
