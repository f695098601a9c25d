/**
 * Lets plain Node run our TypeScript sources, for tests that need a process of their own:
 *
 *   spawn(process.execPath, ['--import', '<this file>', 'child.ts', …])
 *
 * Packages of the workspace resolve to their sources, './x.js' in a TypeScript file to './x.ts',
 * and Node strips the types. Works on every Node of our `engines`.
 */
import { registerHooks } from 'node:module';

const SOURCE_CONDITION = '@agentmesh/source';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const conditions = [SOURCE_CONDITION, ...context.conditions];
    return nextResolve(toSource(specifier, context.parentURL), { ...context, conditions });
  },
});

function toSource(specifier, parent) {
  const relative = specifier.startsWith('./') || specifier.startsWith('../');
  return relative && specifier.endsWith('.js') && parent?.endsWith('.ts') ? `${specifier.slice(0, -3)}.ts` : specifier;
}
