import { printable } from '@agentmesh/errors';

const CREDENTIALS = /(?<=https?:\/\/)[^/@\s]+@|(?<=\/\/)[^/@\s:]*:[^/@\s]*@/g;

/** A source as a message may show it: printable, and without what stands before `@` in a URL, which may be a secret. */
export function showSource(source: string): string {
  return printable(source.replace(CREDENTIALS, '***@'));
}
