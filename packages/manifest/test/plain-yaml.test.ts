import { parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { describe, expect, it } from 'vitest';

describe('a plain YAML file', () => {
  it.each(['- a\n', 'text\n', '42\n'])(
    'that holds %j instead of a mapping gets the code that the reader asked for',
    (text) => {
      const bytes = Buffer.from(text);
      expect(parsePlainYaml(bytes)).toMatchObject([{ code: 'yaml-invalid' }]);
      expect(parsePlainYaml(bytes, { noMappingCode: 'not-mapping' })).toMatchObject([{ code: 'not-mapping' }]);
    },
  );

  it('with another fault keeps the code of that fault', () => {
    const options = { noMappingCode: 'not-mapping' };
    for (const text of ['a: &x 1\n', 'a: 1\na: 2\n', '[a', 'a: !t 1\n', 'a: \u0007\n']) {
      const faults = parsePlainYaml(Buffer.from(text), options);
      expect(Array.isArray(faults) ? new Set(faults.map(({ code }) => code)) : faults).toEqual(
        new Set(['yaml-invalid']),
      );
    }
  });

  it('without content is one without mapping, and no fault', () => {
    expect(parsePlainYaml(Buffer.from('# nothing\n'), { noMappingCode: 'not-mapping' })).toMatchObject({
      map: undefined,
    });
  });
});
