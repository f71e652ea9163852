import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** The run may have done more than was seen. */
export function captureIncomplete({ record: { capture } }: Scene): Sighting[] {
  if (capture.verdict === 'complete') return [];
  const reasons = capture.reasons.map((reason) => reason.message).join('; ');
  return [
    {
      rule: 'capture-incomplete',
      grade: 'high',
      destination: null,
      package: null,
      message: `the capture is ${capture.verdict}: ${reasons}`,
      help: 'run it again; where it stays so, egresslock doctor says what is lacking',
      covers: [],
    },
  ];
}
