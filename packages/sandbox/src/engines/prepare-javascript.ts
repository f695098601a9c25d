import type { PluginSource, PreparedFile, PreparedPlugin } from './engine.js';
import { createSourceFormat } from './source-format.js';
import { stripTypes } from './strip-types.js';

const TYPESCRIPT = /\.[cm]?ts$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;

/** Endings of the files that a plugin in JavaScript or TypeScript is made of. */
export const JAVASCRIPT_EXTENSIONS: readonly string[] = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json'];

/**
 * A plugin in JavaScript or TypeScript for a guest: types erased, the format of each file found, declarations left out.
 *
 * @param builtins the built-in modules that it may import
 * @throws PluginSandboxError `TYPESCRIPT_UNSUPPORTED` for the entry, and for what breaks the parser
 */
export async function prepareJavaScript(source: PluginSource, builtins: readonly string[]): Promise<PreparedPlugin> {
  const files = source.files.filter((file) => !DECLARATIONS.test(file.path));
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const formatOf = createSourceFormat((path) => texts.get(path));
  const typescript = files.filter((file) => TYPESCRIPT.test(file.path));
  const stripped = await stripTypes(typescript);
  const refused = new Map<string, string>();
  for (const [index, answer] of stripped.entries()) {
    const path = typescript[index]?.path ?? '';
    if ('text' in answer) texts.set(path, answer.text);
    else if (path === source.entry) throw answer.refused;
    // A file that nothing imports, such as a test, must not keep a plugin from running: the guest refuses it when asked.
    else refused.set(path, answer.refused.message);
  }
  const prepared = files.map(({ path }): PreparedFile => {
    const problem = refused.get(path);
    if (problem !== undefined) return { path, text: problem, format: 'refused' };
    return { path, text: texts.get(path) ?? '', format: formatOf(path) };
  });
  return { entry: source.entry, files: prepared, builtins };
}
