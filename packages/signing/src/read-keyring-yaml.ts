import type { Finding } from '@agentmesh/errors';
import { parseDocument } from 'yaml';

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** The value that a YAML text stands for, or what is wrong with the text. */
export type YamlAnswer = { readonly value: unknown } | { readonly findings: readonly Finding[] };

/** Reads one plain YAML 1.2 document: no duplicate keys, no aliases, no tags, no control characters, valid UTF-8. */
export function readKeyringYaml(bytes: Uint8Array): YamlAnswer {
  const text = decode(bytes);
  if (text === undefined) return refused('not-utf8', 'is not UTF-8');
  if (CONTROLS.test(text)) return refused('control-character', 'holds control characters');
  try {
    const document = parseDocument(text, { uniqueKeys: true });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) return { findings: faults.map((fault) => problem(fault.message, fault.linePos?.[0].line)) };
    return { value: document.toJS({ maxAliasCount: 0 }) };
  } catch (error) {
    // The parser is recursive: text that nests deep enough ends its stack.
    return refused('yaml-invalid', error instanceof Error ? error.message : String(error));
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refused(code: string, message: string): YamlAnswer {
  return { findings: [{ ...problem(message), code }] };
}

function problem(message: string, line?: number): Finding {
  const [first = ''] = message.split('\n');
  const finding = { code: 'yaml-invalid', severity: 'error', path: 'trusted-keys.yaml', message: first } as const;
  return line === undefined ? finding : { ...finding, line };
}
