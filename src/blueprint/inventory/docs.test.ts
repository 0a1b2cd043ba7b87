import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { presets, sections, write } from '../fixtures/workspace.ts';
import { loadBlueprint } from '../load.ts';
import * as limits from './limits.ts';
import { loadInventory } from './load-inventory.ts';
import { inventorySchema } from './section.ts';
import { selectHosts } from './select.ts';

const text = readFileSync(new URL('../../../docs/inventory.md', import.meta.url), 'utf8');
/** ```` ```yaml name.yaml ````, ```` ```ini name ````: the examples are files of one folder. */
const files = Object.fromEntries(
  [...text.matchAll(/^```(?:yaml|ini) (\S+)\n(.*?)^```$/gms)].map(([, name = '', content = '']) => [name, content]),
);

suite('docs/inventory.md', () => {
  const home = write({ ...files, 'web.yaml': 'version: 1\n' });
  for (const name of Object.keys(files).filter((one) => one.endsWith('.yaml'))) {
    test(`${name} loads, and every one of its hosts can be reached`, async () => {
      const result = await loadBlueprint({ path: join(home, name), controls: sections, presets });
      assert(result.kind === 'loaded', JSON.stringify(result, null, 1));
      const own = await loadInventory({ section: result.blueprint.inventory });
      assert(own.kind === 'loaded', JSON.stringify(own, null, 1));
      assert.deepEqual([...result.warnings, ...own.warnings], []);
      assert(own.inventory.hosts.length >= 4);
      for (const { problems } of own.inventory.hosts) assert.deepEqual(problems, []);
      assert.deepEqual(selectHosts(own.inventory, ['all']).hosts.length, own.inventory.hosts.length);
    });
  }

  test('shows examples, every one of them with a name', () => {
    assert(Object.keys(files).length >= 3);
    assert.doesNotMatch(text, /^```(?:yaml|ini)$/m);
  });

  test('tells of every key and the limits that are in force', () => {
    for (const key of Object.keys(inventorySchema.shape)) assert(text.includes(key), key);
    for (const key of ['address', 'become', 'identityFile', 'blueprint', 'variables']) {
      assert(text.includes(`\`${key}\``), key);
    }
    for (const number of [
      limits.HOST_LIMIT,
      limits.GROUP_LIMIT,
      limits.GROUP_DEPTH_LIMIT,
      limits.VARIABLE_LIMIT,
      limits.INVENTORY_FILES_LIMIT,
    ]) {
      assert(text.includes(number.toLocaleString('en')), String(number));
    }
    assert.equal(limits.INVENTORY_FILE_LIMIT_BYTES, 32 * 1024 * 1024);
    assert(text.includes('32 MiB'));
  });
});
