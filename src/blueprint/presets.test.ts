import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import { controls } from '../controls/index.ts';
import { presets } from './fixtures/workspace.ts';
import { loadPreset } from './load.ts';
import { PRESETS } from './preset-names.ts';
import { treeOfData } from './preset-shelf.ts';
import { findNode, toPlain } from './tree.ts';

suite('the presets that ship', () => {
  test('are the files in presets/', () => {
    const files = readdirSync(new URL('../../presets', import.meta.url)).filter((name) => name.endsWith('.yaml'));
    assert.deepEqual(files.sort(), PRESETS.map((name) => `${name}.yaml`).sort());
  });

  for (const name of PRESETS) {
    test(`${name} loads without a word`, async () => {
      const result = await loadPreset({ name, controls });
      assert(result.kind === 'loaded', JSON.stringify(result, null, 1));
      assert.deepEqual(result.warnings, []);
      assert(result.blueprint.policies.size > 0);
    });
  }
});

test('a compiled preset has the same values and the same places, and reads its YAML only for these', () => {
  const source = presets.load('server');
  let times = 0;
  const compiled = treeOfData(JSON.parse(JSON.stringify(toPlain(source))), () => {
    times += 1;
    return source;
  });
  assert.deepEqual(toPlain(compiled), toPlain(source));
  assert.equal(times, 0);
  for (const path of [['extends'], ['kernel', 'sysctl'], ['kernel', 'sysctl', 'net.ipv4.ip_forward', 'why']]) {
    const [expected, actual] = [findNode(source, path), findNode(compiled, path)];
    assert(expected !== undefined);
    assert.deepEqual(actual?.place.position(), expected.place.position());
  }
  assert.equal(times, 1);
});
