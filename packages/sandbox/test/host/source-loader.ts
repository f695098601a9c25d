import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// Lets plain Node run the packages' sources, whose imports are named as they will be once compiled.
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (parentURL === undefined || !specifier.startsWith('.') || !specifier.endsWith('.js'))
      return next(specifier, context);
    const source = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
    return existsSync(fileURLToPath(source)) ? next(source.href, context) : next(specifier, context);
  },
});
