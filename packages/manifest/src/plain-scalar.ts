const FLOAT =
  /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;

/** True for the plain scalars that both YAML 1.1 and 1.2 read as null, the empty one among them. */
export function isNullScalar(text: string): boolean {
  return text === '' || text === '~' || text === 'null' || text === 'Null' || text === 'NULL';
}

/**
 * The value of a plain scalar in YAML 1.2's core schema (10.3.2), with which a person's editor agrees.
 * A float becomes NaN, `1.0` included: no manifest may hold one, and whatever reads it says so.
 */
export function plainScalar(text: string): string | number | boolean | null {
  if (isNullScalar(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(text)) return Number(text);
  return FLOAT.test(text) ? Number.NaN : text;
}
