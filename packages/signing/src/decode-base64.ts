/**
 * Decodes standard padded base64 (RFC 4648 section 4) in its one canonical form: no blanks, no other alphabet, no missing
 * padding, no stray bits. Anything else is `undefined`, so that one value has one spelling.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
