import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeJson, humaniseKey, labelledValues } from './describe-json.ts';

test('values read as words', () => {
  assert.equal(describeJson(null), 'none');
  assert.equal(describeJson(''), '(empty)');
  assert.equal(describeJson(true), 'yes');
  assert.equal(describeJson(0), '0');
  assert.equal(describeJson(['a', ['b', 'c']]), 'a, (b, c)');
  assert.equal(describeJson([]), 'none');
  assert.equal(
    describeJson({ now: '1', nextBoot: null, interfaces: { eth0: '1' } }),
    'now: 1, next boot: none, interfaces: (eth0: 1)',
  );
});

test('camel case keys read as words, names of the machine stay', () => {
  assert.equal(humaniseKey('nextBootSource'), 'next boot source');
  for (const name of ['eth0', 'net.ipv4.ip_forward', 'IPv4', 'enp3s0f0', 'br-Lan'])
    assert.equal(humaniseKey(name), name);
});

test('objects have a label for each part, other values the given one', () => {
  assert.deepEqual(labelledValues({ nextBoot: '0' }, 'observed'), [{ label: 'next boot', value: '0' }]);
  assert.deepEqual(labelledValues('0', 'observed'), [{ label: 'observed', value: '0' }]);
});

test('huge and deep values are cut, and say so', () => {
  assert.equal(describeJson('x'.repeat(2500)), `${'x'.repeat(2000)}… (500 more characters)`);
  assert.match(describeJson([[[[[[[['deep']]]]]]]]), /…/);
});
