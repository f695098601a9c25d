import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { BUILT_IN_SCHEMES } from '../sources/built-in-schemes.js';
import { type PackageVersions, packageText, readmeText, TSCONFIG_TEXT } from './resolver-papers.js';
import {
  contractTestText,
  createResolverText,
  indexText,
  pluginFilesText,
  type ResolverNames,
  WRITE_FILES_TEXT,
} from './resolver-texts.js';

const SCHEME = /^[a-z][a-z0-9+.-]{0,31}$/;

/** Where a new resolver package was written. */
export interface WrittenResolver {
  readonly packageName: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

/** The name of the package of a scheme, by the convention. */
export function resolverPackageName(scheme: string): string {
  return `agentmesh-resolver-${scheme.replace(/[+.]/g, '-')}`;
}

/**
 * Writes a package for a scheme of one's own into `folder`, which must be absent or empty: one that works, with the contract suite.
 *
 * @throws MarketplaceError `USAGE` for what is no scheme, `SOURCE_SCHEME_TAKEN`, `FOLDER_NOT_EMPTY`
 */
export async function writeResolverProject(folder: string, scheme: string): Promise<WrittenResolver> {
  checkScheme(scheme);
  const names: ResolverNames = { scheme, packageName: resolverPackageName(scheme), typeName: typeNameOf(scheme) };
  const files: Readonly<Record<string, string>> = {
    'package.json': packageText(names, await currentVersions()),
    'tsconfig.json': TSCONFIG_TEXT,
    'README.md': readmeText(names),
    'src/index.ts': indexText(names),
    'src/create-resolver.ts': createResolverText(names),
    'src/plugin-files.ts': pluginFilesText(names),
    'src/write-files.ts': WRITE_FILES_TEXT,
    'test/contract.test.ts': contractTestText(names),
  };
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new MarketplaceError(`Expected no folder or an empty one at ${printable(folder)}`, {
      code: 'FOLDER_NOT_EMPTY',
      hint: 'Go elsewhere, or move what is there.',
    });
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  return { packageName: names.packageName, files: Object.keys(files) };
}

function checkScheme(scheme: string): void {
  if (!SCHEME.test(scheme) || scheme.includes('..') || /[.+-]$/.test(scheme)) {
    throw new MarketplaceError(`Expected a scheme such as s3, got "${printable(scheme, 80)}"`, {
      code: 'USAGE',
      hint: 'A scheme is lower-case letters, digits, "+", "." and "-", and begins with a letter.',
    });
  }
  if (!BUILT_IN_SCHEMES.some((known) => known.scheme === scheme)) return;
  throw new MarketplaceError(`The scheme "${scheme}" is one of agentmesh itself`, {
    code: 'SOURCE_SCHEME_TAKEN',
    hint: 'Choose another one: agentmesh source list',
  });
}

function typeNameOf(scheme: string): string {
  const words = scheme.split(/[+.-]+/);
  return words.map((word) => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`).join('');
}

/** Of those that this program works with; the contract suite is none of them. */
async function currentVersions(): Promise<PackageVersions> {
  const { resolve } = createRequire(import.meta.url);
  const versionOf = async (name: string): Promise<string> => {
    const { version } = JSON.parse(await readFile(resolve(`@agentmesh/${name}/package.json`), 'utf8'));
    return `^${version}`;
  };
  return { errors: await versionOf('errors'), resolver: await versionOf('resolver'), testkit: 'latest' };
}
