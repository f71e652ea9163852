// Makes one file of the hook, without dependencies, which node preloads with --require: dist/hook.cjs.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: fileURLToPath(new URL('../src/hook/main.ts', import.meta.url)),
  platform: 'node',
});
await bundle.write({
  file: fileURLToPath(new URL('../dist/hook.cjs', import.meta.url)),
  format: 'cjs',
  codeSplitting: false,
  // Of code that isn't strict, a stack hands out its functions to whoever asks (CallSite.getFunction).
  banner: "'use strict';",
});
await bundle.close();
