import { assemble } from '../../sandbox/seccomp-filter.js';

/*
 * Classic BPF for the witness's AF_PACKET socket: passes SYNs of TCP, all of UDP, and whatever is unusual; drops
 * the established TCP traffic, ARP and neighbour discovery. Loads are big endian, offsets from the Ethernet header.
 */
const LOAD_HALF = 0x28; // BPF_LD | BPF_H | BPF_ABS
const LOAD_BYTE = 0x30; // BPF_LD | BPF_B | BPF_ABS
const LOAD_BYTE_INDEXED = 0x50; // BPF_LD | BPF_B | BPF_IND
const LOAD_HEADER_LENGTH = 0xb1; // BPF_LDX | BPF_B | BPF_MSH
const EQUAL = 0x15;
const AT_LEAST = 0x35;
const ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06;

const ETHERNET = 14;
const SYN = 0x02;
/** Bytes of each packet that are kept: a whole DNS answer over UDP, and no more of a flow's payload than that. */
export const SNAP_LENGTH = 65_535;

export function buildPacketFilter(): Buffer {
  return assemble([
    /*  0 */ [LOAD_HALF, 0, 0, 12],
    /*  1 */ [EQUAL, 0, 7, 0x0800],
    /*  2 */ [LOAD_BYTE, 0, 0, ETHERNET + 9],
    /*  3 */ [EQUAL, 0, 14, 6],
    /*  4 */ [LOAD_HALF, 0, 0, ETHERNET + 6],
    // A later fragment has no TCP header: unusual on this link, so it is passed.
    /*  5 */ [ANY_BIT, 12, 0, 0x1fff],
    /*  6 */ [LOAD_HEADER_LENGTH, 0, 0, ETHERNET],
    /*  7 */ [LOAD_BYTE_INDEXED, 0, 0, ETHERNET + 13],
    /*  8 */ [ANY_BIT, 9, 10, SYN],
    /*  9 */ [EQUAL, 0, 7, 0x86dd],
    /* 10 */ [LOAD_BYTE, 0, 0, ETHERNET + 6],
    /* 11 */ [EQUAL, 0, 2, 6],
    /* 12 */ [LOAD_BYTE, 0, 0, ETHERNET + 40 + 13],
    /* 13 */ [ANY_BIT, 4, 5, SYN],
    /* 14 */ [EQUAL, 0, 3, 58],
    /* 15 */ [LOAD_BYTE, 0, 0, ETHERNET + 40],
    // ICMPv6 130 to 143: multicast listeners and neighbour discovery, the link's own housekeeping.
    /* 16 */ [AT_LEAST, 3, 1, 130],
    /* 17 */ [EQUAL, 1, 0, 0x0806],
    /* 18 */ [RETURN, 0, 0, SNAP_LENGTH],
    /* 19 */ [RETURN, 0, 0, 0],
    /* 20 */ [AT_LEAST, 0, 1, 144],
    /* 21 */ [RETURN, 0, 0, SNAP_LENGTH],
    /* 22 */ [RETURN, 0, 0, 0],
  ]);
}
