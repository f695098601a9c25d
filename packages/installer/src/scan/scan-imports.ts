import { join } from 'node:path';
import type { TreeFile } from '@agentmesh/artifact';
import { type Finding, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { isBlockedModule } from '@agentmesh/manifest';
import { mayImportBlocked } from './may-import-blocked.js';
import type { FileReferences, ModuleReference } from './module-reference.js';
import { findReader, type ReadReferences } from './scan-language.js';

/** Largest source file that is scanned, in bytes. */
const MAX_SCANNED_BYTES = 1024 * 1024;

/**
 * Looks for imports of modules that no plugin may use, in every JavaScript, TypeScript and Python file. A lint: code can load
 * modules in ways that no parser sees, and the sandbox is what holds it.
 *
 * @param files the list of `dir`
 * @returns `restricted-import` (error) for each blocked import; `scan-unparsable` and `scan-too-large` (warnings) for files that
 * were read in part or not at all
 */
export async function scanImports(dir: string, files: readonly TreeFile[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path, size } of files) {
    const reader = findReader(path);
    if (reader === undefined) continue;
    if (size > MAX_SCANNED_BYTES) findings.push(tooLarge(path, size));
    else findings.push(...(await scanFile(join(dir, path), path, reader)));
  }
  return findings;
}

async function scanFile(file: string, path: string, read: ReadReferences): Promise<readonly Finding[]> {
  const text = (await readFileLimited(file, MAX_SCANNED_BYTES)).toString('utf8');
  if (!mayImportBlocked(text)) return [];
  const { references, fault }: FileReferences = await read(text);
  const blocked = references.filter(({ specifier }) => isBlockedModule(specifier));
  const findings = blocked.map((reference) => restricted(path, reference));
  return fault === undefined ? findings : [...findings, unparsable(path, fault)];
}

function restricted(path: string, { specifier, line }: ModuleReference): Finding {
  const message = `imports ${printable(specifier, 80)}, which no plugin may use`;
  return { code: 'restricted-import', severity: 'error', path, line, message };
}

function unparsable(path: string, fault: string): Finding {
  const message = `could not be parsed, so its imports were read in part: ${printable(fault)}`;
  return { code: 'scan-unparsable', severity: 'warning', path, message };
}

function tooLarge(path: string, size: number): Finding {
  const message = `has ${size} bytes, over ${MAX_SCANNED_BYTES}; its imports were not read`;
  return { code: 'scan-too-large', severity: 'warning', path, message };
}
