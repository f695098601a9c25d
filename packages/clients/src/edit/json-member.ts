import { type JsonMember, type JsonObject, listJsonTokens } from './json-document.js';
import type { JsonLayout } from './json-layout.js';

/** Puts a member behind all others and their comments. {@link removeJsonMember} takes it away to the byte. */
export function addJsonMember(
  text: string,
  object: JsonObject,
  key: string,
  value: string,
  layout: JsonLayout,
): string {
  const last = object.members.at(-1);
  const from = last?.end ?? object.start + 1;
  const tokens = listJsonTokens(text, from, object.end - 1);
  const behind = tokens.at(-1)?.end ?? from;
  const trailing = tokens.some(({ kind }) => kind === 'comma');
  const separator = last !== undefined && !trailing ? ',' : '';
  const member = `${layout.lead}${JSON.stringify(key)}: ${value}${trailing ? ',' : ''}`;
  return text.slice(0, from) + separator + text.slice(from, behind) + member + text.slice(behind);
}

/** Takes a member away with the blanks before it and one comma; comments stay. */
export function removeJsonMember(text: string, object: JsonObject, member: JsonMember): string {
  const index = object.members.indexOf(member);
  const previous = object.members[index - 1];
  const from = previous?.end ?? object.start + 1;
  const before = listJsonTokens(text, from, member.start);
  const after = listJsonTokens(text, member.end, object.members[index + 1]?.start ?? object.end - 1);
  const following = after.find(({ kind }) => kind === 'comma');
  const comma = following ?? before.find(({ kind }) => kind === 'comma');
  const remains = before.filter((token) => token !== comma).at(-1);
  const left = Math.max(from, before.at(-1)?.end ?? from);
  const tail = following === undefined ? text.slice(member.end) : without(text, following).slice(member.end);
  const head = comma === undefined || comma === following ? text.slice(0, left) : without(text.slice(0, left), comma);
  // A comment to the end of its line would swallow what follows.
  const swallows = remains?.kind === 'line comment' && !/^[ \t]*[\r\n]/.test(tail);
  return head + (swallows ? text.slice(left, member.start) : '') + tail;
}

function without(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return text.slice(0, start) + text.slice(end);
}
