/** A frame as the hook says it, of which nothing matters. */
export const frame = {
  file: '/x/i.js',
  line: 1,
  column: 2,
  function: null,
  isAsync: false,
  isEval: false,
  hash: null,
};
