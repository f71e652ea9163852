/*
 * Classic BPF as the kernel runs it (Documentation/networking/filter.rst; net/core/filter.c), for the instructions
 * that the programs under test use. Any other is an error, so that a slip in a code does not go unseen.
 */

const INSTRUCTION = 8;

/**
 * Runs a program; returns its value.
 * @param load Bytes at an offset as a number, null where they lie outside: such a load ends a program with 0.
 */
export function run(program: Buffer, load: (offset: number, size: 1 | 2 | 4) => number | null): number {
  let accumulator = 0;
  let index = 0;
  for (let at = 0; ; at += 1) {
    if ((at + 1) * INSTRUCTION > program.length)
      throw new Error(`expected a return before instruction ${at}`);
    const code = program.readUInt16LE(at * INSTRUCTION);
    const value = program.readUInt32LE(at * INSTRUCTION + 4);
    const jump = (condition: boolean): void => {
      at += program.readUInt8(at * INSTRUCTION + (condition ? 2 : 3));
    };
    const loaded = (offset: number, size: 1 | 2 | 4): boolean => {
      const found = load(offset, size);
      accumulator = found ?? 0;
      return found !== null;
    };
    switch (code) {
      case 0x20:
        if (!loaded(value, 4)) return 0;
        break;
      case 0x28:
        if (!loaded(value, 2)) return 0;
        break;
      case 0x30:
        if (!loaded(value, 1)) return 0;
        break;
      case 0x50:
        if (!loaded(index + value, 1)) return 0;
        break;
      case 0xb1: {
        const byte = load(value, 1);
        if (byte === null) return 0;
        index = (byte & 0xf) * 4;
        break;
      }
      case 0x54:
        accumulator = (accumulator & value) >>> 0;
        break;
      case 0x15:
        jump(accumulator === value);
        break;
      case 0x35:
        jump(accumulator >= value);
        break;
      case 0x45:
        jump((accumulator & value) !== 0);
        break;
      case 0x06:
        return value;
      default:
        throw new Error(`expected a known instruction at ${at}, got code 0x${code.toString(16)}`);
    }
  }
}

/** Runs a socket filter over a packet: loads are big endian. */
export function runOnPacket(program: Buffer, packet: Buffer): number {
  return run(program, (offset, size) =>
    offset + size > packet.length ? null : packet.readUIntBE(offset, size),
  );
}

/** Runs a seccomp filter over `struct seccomp_data` (include/uapi/linux/seccomp.h), little endian. */
export function runOnCall(
  program: Buffer,
  arch: number,
  number: number,
  args: readonly (number | bigint)[],
): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(arch, 4);
  args.forEach((argument, index) => {
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(argument)), 16 + index * 8);
  });
  return run(program, (offset, size) => (offset % 4 === 0 ? data.readUIntLE(offset, size) : null));
}
