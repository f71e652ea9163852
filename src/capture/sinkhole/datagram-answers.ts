import type { Protocol } from '../../model/transport.js';
import { refuseQuic } from './quic-refusal.js';
import { answerTime, NTP_PORT } from './time-answer.js';

/** A datagram that went to nobody. */
export interface SunkDatagram {
  /** What its flow is. */
  readonly protocol: Protocol;
  /** The port that it was sent to. */
  readonly port: number;
  readonly bytes: Uint8Array;
}

/**
 * The answer in the place of whom a datagram was meant for; null for what is only read, since most senders wait for none,
 * and go on with what they have to say. Total.
 */
export type DatagramAnswers = (datagram: SunkDatagram) => Buffer | null;

/** @param clock Milliseconds since 1970 */
export function createDatagramAnswers(clock: () => number): DatagramAnswers {
  return ({ protocol, port, bytes }) => {
    if (protocol === 'quic') return refuseQuic(bytes);
    return port === NTP_PORT ? answerTime(bytes, clock()) : null;
  };
}
