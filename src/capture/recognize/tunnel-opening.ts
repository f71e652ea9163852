import type { Parsed } from './parsed.js';

/** A proxy's answer to the request for a tunnel. */
export type ProxyAnswer =
  | {
      readonly accepted: true;
      /** Received bytes before the tunnel's. */
      readonly length: number;
    }
  | {
      readonly accepted: false;
      /** Received bytes before the next answer; null where that can't be told. */
      readonly length: number | null;
    };

/** A client's request for a tunnel: an HTTP CONNECT or a SOCKS CONNECT. */
export interface TunnelOpening {
  /** `host:port`, brackets around IPv6. */
  readonly target: string;
  /** Sent bytes before what follows the request. */
  readonly length: number;
  /** Reads the answer from the beginning of the received bytes that belong to this request. */
  readonly answer: (received: Uint8Array) => Parsed<ProxyAnswer>;
}
