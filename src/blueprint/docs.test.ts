import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { presets, sections, write } from './fixtures/workspace.ts';
import { FRAME } from './frame.ts';
import * as limits from './limits.ts';
import { loadBlueprint } from './load.ts';

const text = readFileSync(new URL('../../docs/blueprint.md', import.meta.url), 'utf8');
/** ```` ```yaml name.yaml ````: the examples are files of one folder. */
const files = Object.fromEntries(
  [...text.matchAll(/^```yaml (\S+)\n(.*?)^```$/gms)].map(([, name = '', content = '']) => [name, content]),
);

suite('docs/blueprint.md', () => {
  const home = write(files);
  for (const name of Object.keys(files)) {
    test(`${name} loads`, async () => {
      const result = await loadBlueprint({ path: join(home, name), controls: sections, presets });
      assert(result.kind === 'loaded', JSON.stringify(result, null, 1));
      assert.deepEqual(result.warnings, []);
    });
  }

  test('shows examples, every one of them with a name', () => {
    assert(Object.keys(files).length >= 5);
    assert.doesNotMatch(text, /^```yaml$/m);
  });

  test('tells of every key and the limits that are in force', () => {
    for (const key of Object.keys({ ...FRAME, waivers: 0 })) assert(text.includes(`\`${key}`), key);
    for (const number of [
      limits.NESTING_LIMIT_LEVELS,
      limits.ALIAS_LIMIT,
      limits.VALUE_LIMIT,
      limits.EXTENDS_LIMIT_FILES,
      limits.EXTENDS_LIMIT_LEVELS,
    ]) {
      assert(text.includes(number.toLocaleString('en')), String(number));
    }
    assert.equal(limits.FILE_LIMIT_BYTES, 1024 * 1024);
    assert(text.includes('1 MiB'));
  });
});
