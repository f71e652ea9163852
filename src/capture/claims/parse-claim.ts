import type { Claim, ClaimedFrame } from '../../model/claim.js';
import { parseHost } from '../recognize/host.js';

/** Longest text of a claim that is kept: PATH_MAX of Linux is 4096, the hook tells no more than 1024. */
const LONGEST_TEXT = 4096;
/** Frames of one stack; the hook tells at most 40. */
const MOST_FRAMES = 64;
/** Highest number that a thread may give: beyond it, counting is no use. */
const HIGHEST_NUMBER = 2 ** 31;

const LONGEST_TOKEN = 64;

export interface ParsedClaim {
  readonly thread: number;
  readonly seq: number;
  readonly token: string;
  readonly claim: Claim;
}

/** One datagram of the hook's channel; null where it is none. Its sender is the wrapped command: nothing is believed. */
export function parseClaim(bytes: Buffer): ParsedClaim | null {
  const at = bytes.indexOf(0x20);
  const token = bytes.toString('latin1', 0, Math.max(0, at));
  if (at < 1 || at > LONGEST_TOKEN) return null;
  const record = parseObject(bytes.subarray(at));
  if (record === null) return null;
  const { thread, seq } = record;
  const claim = toClaim(record);
  return claim !== null && isNumber(thread) && isNumber(seq) ? { thread, seq, token, claim } : null;
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(bytes: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function toClaim(record: Fields): Claim | null {
  const { kind, version, image, id, frames, address, port, localPort, socket, stack, name, host } = record;
  switch (kind) {
    case 'hello':
      return isText(version) && isText(image) ? { kind, version, image } : null;
    case 'exposed':
      return { kind };
    case 'worker':
      return isReference(id) ? { kind, id } : null;
    case 'stack': {
      const parsed = Array.isArray(frames) ? frames.slice(0, MOST_FRAMES).map(toFrame) : [];
      const whole = parsed.filter((frame) => frame !== null);
      return isNumber(id) && parsed.length > 0 && whole.length === parsed.length
        ? { kind, id, frames: whole }
        : null;
    }
    case 'connect':
      return isText(address) && isPort(port) && isPort(localPort) && isNumber(socket) && isReference(stack)
        ? {
            kind,
            address: canonical(address),
            port,
            localPort,
            host: isText(host) ? host : null,
            socket,
            stack,
          }
        : null;
    case 'datagram':
      return isText(address) && isPort(port) && isPort(localPort) && isReference(stack)
        ? { kind, address: canonical(address), port, localPort, host: isText(host) ? host : null, stack }
        : null;
    case 'lookup':
      return isText(name) && isReference(stack) ? { kind, name, stack } : null;
    case 'request':
      return isNumber(socket) && isReference(stack) ? { kind, socket, stack } : null;
    default:
      return null;
  }
}

function toFrame(value: unknown): ClaimedFrame | null {
  if (typeof value !== 'object' || value === null) return null;
  const { file, line, column, function: name, isAsync, isEval, hash } = value as Fields;
  if (!isText(file) || !isNumber(line) || !isNumber(column)) return null;
  if (typeof isAsync !== 'boolean' || typeof isEval !== 'boolean') return null;
  return {
    file,
    line,
    column,
    function: isText(name) ? name : null,
    isAsync,
    isEval,
    hash: typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? hash : null,
  };
}

/** As flows have it (RFC 5952, IPv4-mapped as IPv4, no zone), however the program wrote it. */
function canonical(address: string): string {
  return parseHost(address.replace(/%.*$/, '')) ?? address;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT;
}

function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < HIGHEST_NUMBER;
}

function isPort(value: unknown): value is number {
  return isNumber(value) && value <= 65535;
}

function isReference(value: unknown): value is number | null {
  return value === null || isNumber(value);
}
