import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOlderThan } from './kernel-release.ts';

test('releases are compared by number, not as text', () => {
  assert.equal(isOlderThan('6.1.0-56-cloud-amd64', '6.7'), true);
  assert.equal(isOlderThan('5.14.0-503.el9.x86_64', '6.7'), true);
  assert.equal(isOlderThan('6.7.0', '6.7'), false);
  assert.equal(isOlderThan('6.12.9', '6.7'), false);
  assert.equal(isOlderThan('7.0', '6.7'), false);
  assert.equal(isOlderThan('unknown', '6.7'), false);
});
