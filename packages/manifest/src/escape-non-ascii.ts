/** Beyond ASCII, and DEL, which Python's `ensure_ascii` leaves but AGT's bytes escape. */
const NOT_ASCII = /[\u007f-\uffff]/g;

/** The same JSON text in ASCII alone, with lower-case `\uXXXX`: such characters stand in its strings only. */
export function escapeNonAscii(json: string): string {
  return json.replace(NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
