// Lets a bare node process run the packages' TypeScript sources, whose imports name the built `.js` files.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isSource = specifier.startsWith('./') && (context.parentURL ?? '').endsWith('.ts');
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
