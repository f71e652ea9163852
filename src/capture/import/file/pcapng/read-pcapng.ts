import type { ByteWindow } from '../byte-window.js';
import { CaptureFileError } from '../capture-file-error.js';
import type { CaptureEnd, PacketSink } from '../captured-packet.js';
import { type Fields, fieldsOf } from '../fields.js';
import type { CaptureFile } from '../read-capture.js';
import { BLOCK, byteOrderOf, nextBlock } from './blocks.js';
import { type PcapngInterface, readInterface } from './interface-description.js';
import { findOption } from './options.js';
import { readPacketBlock } from './packet-blocks.js';

/** Interfaces of one section: a machine has dozens, a file that was merged of many captures has hundreds. */
const MAXIMUM_INTERFACES = 4096;
const MAJOR_VERSION = 1;
/** Interface and timestamp before the options of a statistics block. */
const STATISTICS_FIXED = 12;
/** Packets lost by the interface, and by the operating system (draft-ietf-opsawg-pcapng §4.6). */
const DROPPED = [5, 7] as const;

/** Whether a file begins with a section header. */
export function isPcapng(beginning: Buffer): boolean {
  return beginning.readUInt32BE(0) === BLOCK.SECTION && byteOrderOf(beginning) !== null;
}

/**
 * Reads a capture in the format pcapng (draft-ietf-opsawg-pcapng), with any number of sections.
 * @param window At the beginning of a file that `isPcapng`
 * @throws CaptureFileError `unsupported-version`
 */
export function readPcapng(window: ByteWindow, sink: PacketSink): CaptureFile {
  let isLittleEndian = true;
  let interfaces: PcapngInterface[] = [];
  let lastTime = 0;
  const dropped = new Map<number, number>();
  let droppedBefore = 0;
  const result = (end: CaptureEnd): CaptureFile => ({ end, dropped: droppedBefore + sum(dropped) });
  for (;;) {
    const { offset } = window;
    const block = nextBlock(window, isLittleEndian);
    if (block.state === 'end') return result({ state: 'whole' });
    if (block.state === 'stopped') return result({ state: 'stopped', offset, reason: block.reason });
    const stop = (reason: string): CaptureFile => result({ state: 'stopped', offset, reason });
    const fields = fieldsOf(block.isLittleEndian);
    const { body } = block;
    switch (block.type) {
      case BLOCK.SECTION: {
        const version = body.length < 8 ? null : fields.uint16(body, 4);
        if (version !== MAJOR_VERSION) {
          const reason = `expected a section of version ${MAJOR_VERSION}, got ${version ?? 'one without a version'}`;
          if (offset === 0) throw new CaptureFileError('unsupported-version', reason);
          return stop(reason);
        }
        isLittleEndian = block.isLittleEndian;
        interfaces = [];
        droppedBefore += sum(dropped);
        dropped.clear();
        break;
      }
      case BLOCK.INTERFACE: {
        const description = readInterface(body, fields, isLittleEndian);
        if (description === null) return stop('expected an interface with its link type');
        if (interfaces.length === MAXIMUM_INTERFACES)
          return stop(`expected at most ${MAXIMUM_INTERFACES} interfaces in a section`);
        interfaces.push(description);
        break;
      }
      case BLOCK.STATISTICS:
        // Each block of an interface counts from the beginning: the last one is the sum.
        if (body.length >= STATISTICS_FIXED && fields.uint32(body, 0) < interfaces.length)
          dropped.set(fields.uint32(body, 0), droppedOf(body, fields));
        break;
      case BLOCK.ENHANCED_PACKET:
      case BLOCK.OLD_PACKET:
      case BLOCK.SIMPLE_PACKET: {
        const packet = readPacketBlock(block.type, body, fields, interfaces, lastTime);
        if (typeof packet === 'string') return stop(packet);
        lastTime = packet.at;
        const { bytes, at, from } = packet;
        // The window's memory begins where its view does.
        const start = bytes.byteOffset;
        if (!sink.glance(window.view, start, start + bytes.length, at, from)) sink.packet(packet);
      }
    }
  }
}

function droppedOf(body: Buffer, fields: Fields): number {
  const counts = DROPPED.map((code) => findOption(body, STATISTICS_FIXED, code, fields));
  return counts.reduce(
    (total, value) => total + (value?.length === 8 ? Math.max(0, Number(fields.int64(value, 0))) : 0),
    0,
  );
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
