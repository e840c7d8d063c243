/** The Nodes besides the oldest that the tests run on: `npm run test:matrix`. */
export const newerNodes = [22, 24, 26];
