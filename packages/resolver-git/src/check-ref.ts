import { syntaxError } from './syntax-error.js';

const REF = /^[A-Za-z0-9_@][A-Za-z0-9_@./+-]{0,254}$/;

/**
 * The ref of a spec: a branch, a tag, `refs/…`, `HEAD`, a commit id or the start of one. Letters, digits and `_ @ . / + -`, at
 * most 255, and never a `-` first: it stands among git's arguments. Names that git itself refuses (`a..b`) are well formed and
 * never found.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function checkRef(ref: string): string {
  if (REF.test(ref)) return ref;
  throw syntaxError('Expected a ref after "#": 1–255 letters, digits or _ @ . / + -, and no "-" first');
}
