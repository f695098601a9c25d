import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';

const PACKAGE = '@agentmesh/server';
const PROGRAM = 'agentmesh-server';

/** A program, and what it is started with. */
interface ServerProgram {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Finds the server, which is a package of its own: installed beside this one, or in the search path.
 *
 * @param searchPath `PATH`; relative entries are left out
 * @throws MarketplaceError `SERVER_NOT_FOUND`
 */
export async function findServer(searchPath: string | undefined): Promise<ServerProgram> {
  const beside = findBeside();
  if (beside !== undefined) return { file: process.execPath, args: [beside] };
  const folders = (searchPath ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  for (const folder of folders) {
    const file = join(folder, PROGRAM);
    if (await isProgram(file)) return { file, args: [] };
  }
  throw new MarketplaceError('The server is not installed', {
    code: 'SERVER_NOT_FOUND',
    hint: `It is a package of its own: npm install --global ${PACKAGE}`,
  });
}

function findBeside(): string | undefined {
  try {
    const found = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    return join(dirname(found), 'bin', `${PROGRAM}.js`);
  } catch {
    return undefined;
  }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
