import { boundedTime, type CaptureInterface } from '../captured-packet.js';
import type { Fields } from '../fields.js';
import { findOption } from './options.js';

/** An interface of a section (draft-ietf-opsawg-pcapng §4.2). */
export interface PcapngInterface extends CaptureInterface {
  /** Bytes kept of each packet; 0 for no limit. */
  readonly snapLength: number;
  /** Units of its timestamps in a millisecond; below 1 where the unit is longer. */
  readonly unitsPerMs: number;
  /** Added to each timestamp, in milliseconds. */
  readonly offsetMs: number;
}

const FIXED = 8;
const TIME_RESOLUTION = 9;
const TIME_OFFSET = 14;
/** Microseconds, where the option is missing. */
const DEFAULT_RESOLUTION = 6;

/** Null where the block is too short. */
export function readInterface(body: Buffer, fields: Fields, isLittleEndian: boolean): PcapngInterface | null {
  if (body.length < FIXED) return null;
  const resolution = findOption(body, FIXED, TIME_RESOLUTION, fields)?.[0] ?? DEFAULT_RESOLUTION;
  const offset = findOption(body, FIXED, TIME_OFFSET, fields);
  return {
    linkType: fields.uint16(body, 0),
    isLittleEndian,
    snapLength: fields.uint32(body, 4),
    unitsPerMs: unitsPerSecond(resolution) / 1000,
    offsetMs: offset?.length === 8 ? Number(fields.int64(offset, 0)) * 1000 : 0,
  };
}

/** A negative power of ten, or of two where the highest bit is set. */
function unitsPerSecond(resolution: number): number {
  const isBinary = (resolution & 0x80) !== 0;
  return isBinary ? 2 ** (resolution & 0x7f) : 10 ** resolution;
}

/** Epoch milliseconds of a timestamp in two halves; below a microsecond it is not exact. */
export function timeOf(high: number, low: number, from: PcapngInterface): number {
  return boundedTime((high * 2 ** 32 + low) / from.unitsPerMs + from.offsetMs);
}
