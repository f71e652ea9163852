import { expect, test } from 'vitest';
import { phaseOf } from '../../src/cli/phase-of.js';

test.for([
  ['npm ci', 'install'],
  ['npm i left', 'install'],
  ['/usr/bin/npm install', 'install'],
  ['pnpm install --frozen-lockfile', 'install'],
  ['yarn', 'install'],
  ['yarn --immutable', 'install'],
  ['npm', 'run'],
  ['npm test', 'test'],
  ['npm t', 'test'],
  ['npm run test:unit', 'test'],
  ['yarn test', 'test'],
  ['npx vitest run', 'test'],
  ['pnpm exec jest', 'test'],
  ['node --test', 'test'],
  ['npm run build', 'build'],
  ['pnpm build', 'build'],
  ['env CI=1 npm ci', 'install'],
  ['npm run deploy', 'run'],
  ['node server.js', 'run'],
  ['make', 'run'],
  ['', 'run'],
] as const)('%s: %s', ([line, phase]) => {
  expect(phaseOf(line === '' ? [] : line.split(' '))).toBe(phase);
});
