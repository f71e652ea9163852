import { type Read, unexpected } from './place.js';

/** SI prefixes and those of IEC 80000-13. */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** A number of bytes, or a text such as `10 MB`; rounded down. */
export const readBytes: Read<number> = (place) => {
  const { value } = place;
  const [, digits, unit = 'b'] = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmg]?i?b)?$/i.exec(String(value)) ?? [];
  const bytes = Math.floor(Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if ((typeof value === 'number' || typeof value === 'string') && Number.isSafeInteger(bytes)) return bytes;
  throw unexpected(place, 'a number of bytes, or a text such as "10 MB" or "512 KiB"');
};
