/** Text that a plugin chose. Its direction and its hidden characters stay inside. */
export function PlainText({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}

/** Characters that reorder or hide what stands beside them are shown as what they are (UTS #55, source spoofing). */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
