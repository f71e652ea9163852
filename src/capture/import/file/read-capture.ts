import { ByteWindow, type ReadBytes } from './byte-window.js';
import { CaptureFileError } from './capture-file-error.js';
import type { CaptureEnd, PacketSink } from './captured-packet.js';
import { readMicrosecondPcap } from './microsecond-pcap.js';
import { readNanosecondPcap } from './nanosecond-pcap.js';
import { PCAP_HEADER, readPcapHeader } from './pcap-header.js';
import { isPcapng, readPcapng } from './pcapng/read-pcapng.js';

/** What was read of a capture file beside its packets. */
export interface CaptureFile {
  readonly end: CaptureEnd;
  /** Packets that the capturing program says it has lost; 0 where it does not say. */
  readonly dropped: number;
}

/**
 * Reads a capture file from its beginning to its end, or to where it makes no sense any more.
 * @throws CaptureFileError `not-a-capture`, `unsupported-version`, and what `read` throws
 */
export function readCapture(read: ReadBytes, sink: PacketSink): CaptureFile {
  const window = new ByteWindow(read);
  const isWhole = window.ensure(PCAP_HEADER);
  if (isWhole && isPcapng(window.held)) {
    const file = readPcapng(window, sink);
    // Without its first header there is nothing that a capture would be.
    if (file.end.state === 'stopped' && file.end.offset === 0)
      throw new CaptureFileError('not-a-capture', file.end.reason);
    return file;
  }
  const header = isWhole ? readPcapHeader(window.held) : null;
  if (header === null) {
    const beginning = window.held.subarray(0, 4).toString('hex');
    throw new CaptureFileError(
      'not-a-capture',
      `expected a capture in the format pcap or pcapng, not compressed, got ${beginning === '' ? 'an empty file' : `a file that begins with the bytes ${beginning}`}`,
    );
  }
  const end = header.isNanoseconds
    ? readNanosecondPcap(window, header, sink)
    : readMicrosecondPcap(window, header, sink);
  return { end, dropped: 0 };
}
