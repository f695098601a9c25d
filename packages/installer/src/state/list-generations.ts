import { readdir } from 'node:fs/promises';
import { ifPresent } from './if-present.js';
import type { Workspace } from './workspace.js';

/**
 * Numbers of the generations that are there, newest first, the current one included. Higher numbers were never current: a killed
 * process left them.
 */
export async function listGenerations(
  { generationsDir }: Pick<Workspace, 'generationsDir'>,
  current: number,
): Promise<readonly number[]> {
  const names = (await ifPresent(readdir(generationsDir))) ?? [];
  const numbers = names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  return numbers.filter((number) => number <= current).sort((a, b) => b - a);
}
