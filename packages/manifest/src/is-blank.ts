/** What Python's `str.isspace` takes for white space; JavaScript's `trim` has another list. */
const BLANK = /^[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** True for a text that Python's `strip()` leaves empty, as the Python toolkit asks of names and authors. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
