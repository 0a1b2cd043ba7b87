import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearestName } from './nearest-name.ts';

test('names what was meant, and nothing when nothing is near', () => {
  const names = ['kernel', 'waivers', 'extends', 'net.ipv4.ip_forward'];
  assert.equal(nearestName('kernal', names), 'kernel');
  assert.equal(nearestName('wiavers', names), 'waivers');
  assert.equal(nearestName('net.ipv4.ip_foward', names), 'net.ipv4.ip_forward');
  assert.equal(nearestName('firewall', names), undefined);
  assert.equal(nearestName('k'.repeat(100_000), names), undefined);
});

test('the distance is one: zero only for equal words, and the same both ways', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b) === 0, a === b);
      assert.equal(editDistance(a, b), editDistance(b, a));
    }),
  );
});
