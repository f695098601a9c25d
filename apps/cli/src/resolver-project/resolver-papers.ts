import type { ResolverNames } from './resolver-texts.js';

/** Versions of our packages that a new resolver package asks for. */
export interface PackageVersions {
  readonly errors: string;
  readonly resolver: string;
  readonly testkit: string;
}

/** `package.json` of a new resolver package. */
export function packageText({ scheme, packageName }: ResolverNames, versions: PackageVersions): string {
  const file = {
    name: packageName,
    version: '0.1.0',
    description: `agentmesh plugins from ${scheme}://`,
    license: 'MIT',
    type: 'module',
    engines: { node: '^22.18 || ^24.11 || >=26' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist'],
    scripts: { build: 'tsc', test: 'node --test "test/*.test.ts"', prepack: 'npm run build' },
    dependencies: { '@agentmesh/errors': versions.errors, '@agentmesh/resolver': versions.resolver },
    devDependencies: { '@agentmesh/testkit': versions.testkit, '@types/node': '^24.10.0', typescript: '^7.0.2' },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** `tsconfig.json` of a new resolver package. */
export const TSCONFIG_TEXT = `{
  "compilerOptions": {
    "target": "es2024",
    "lib": ["es2024"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "rewriteRelativeImportExtensions": true,
    "declaration": true,
    "skipLibCheck": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`;

/** `README.md` of a new resolver package. */
export function readmeText({ scheme, packageName }: ResolverNames): string {
  return `# ${packageName}

The scheme \`${scheme}\` of [agentmesh](https://github.com/agentmesh/agentmesh): \`${scheme}://world\` is a plugin that greets the world.

\`\`\`sh
npm install
npm test         # the contract of a resolver
npm run build
\`\`\`

Use it in a project, beside the \`node_modules\` that it was installed into:

\`\`\`yaml
# agentmesh.yaml
resolvers: ["${packageName}"]
\`\`\`

\`\`\`sh
agentmesh source accept     # it runs on your machine: you are asked once, and again after each change
agentmesh plugin install ${scheme}://world
\`\`\`

| code | when |
|---|---|
| \`SOURCE_SYNTAX\` | the spec is no name |
| \`SOURCE_NOT_FOUND\` | there is nothing of that name |
| \`FETCH_TOO_LARGE\` | a limit is reached |
`;
}
