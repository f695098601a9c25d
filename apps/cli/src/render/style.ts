import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours text for `stream`; plain when it is no terminal or `NO_COLOR` is set. */
export function style(format: Format, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  return styleText(format, text, { stream });
}
