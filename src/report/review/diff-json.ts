import type { EgressDiff } from '../../model/diff.js';
import { jsonText } from '../json-text.js';

/** The comparison for programs; the keys' order is part of its bytes. */
export function diffJson(diff: EgressDiff): string {
  return jsonText({ schemaVersion: 1, ...diff });
}
