const NOT_PRINTABLE_ASCII = /[^\x20-\x7e\n]/g;

/**
 * JSON text with two blanks of indent and a newline at its end. All but printable ASCII is written as `\uXXXX`
 * (RFC 8259 §7): nothing is lost, and no hostile string can steer the terminal that it is printed on.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(NOT_PRINTABLE_ASCII, escapeUnit)}\n`;
}

/** The same on one line, without a newline at its end. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(NOT_PRINTABLE_ASCII, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
