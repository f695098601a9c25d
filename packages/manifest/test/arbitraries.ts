import { type JsonValue, type ManifestFields, type Permissions, PluginType } from '@agentmesh/manifest';
import fc from 'fast-check';

/** Texts that YAML is known to misread, beside any others. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...' \t\n\r:#-?,[]{}&*!|>%@`"\'\\=<~.0123456789eExXoOyYnN_+\u0085\u2028\ufeff') }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '',
    '1.10',
    '1:30',
    '2024-01-01',
    '0x1f',
    '1_000',
    '.inf',
    '<<',
    '=',
    '---',
    'y',
    '- a',
  ),
);

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.maxSafeInteger().map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;

const groups = fc.array(fc.nat().map(String), { minLength: 2, maxLength: 3 });
const present = fc.string({ unit: fc.constantFrom(...'abzABZ019-_é插²'), minLength: 1 });

const permissions: fc.Arbitrary<Permissions> = fc.record(
  {
    net: fc.array(fc.constantFrom('a.b:1', '[::1]:80')),
    read: fc.array(fc.constantFrom('.', 'no', '1.5', 'a: b', ' x')),
    memory: fc.integer({ min: 1 }),
  },
  { requiredKeys: [] },
);

/** Every valid manifest, also those that cannot be published. */
export const manifestFields: fc.Arbitrary<ManifestFields> = fc
  .record(
    {
      name: present,
      version: groups.map((list) => list.join('.')),
      description: text,
      author: text.map((author) => `a${author}`),
      plugin_type: fc.constantFrom(...Object.values(PluginType)),
      capabilities: fc.array(text, { maxLength: 4 }),
      dependencies: fc.array(text, { maxLength: 4 }),
      organization: fc.option(text),
      signature: fc.option(text),
      license: text,
      entry: text,
      runtime: fc.constantFrom('javascript' as const, 'python' as const),
      keywords: fc.array(text, { maxLength: 4 }),
      permissions,
      extensions: fc.dictionary(
        text.map((key) => `x-k${key}` as const),
        json,
        { maxKeys: 3 },
      ),
    },
    { requiredKeys: ['name', 'version', 'description', 'author', 'plugin_type'] },
  )
  .map(({ extensions, ...fields }) => ({ ...fields, ...extensions }));
