/** True for an object of keys and values, of any realm and also without a prototype; false for lists, dates, maps, null. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]';
}
