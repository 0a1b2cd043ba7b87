import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWebAddress } from './web-address.ts';

test('only http and https addresses become links', () => {
  for (const url of ['https://kspp.github.io/Recommended_Settings#sysctls', 'http://example.org/'])
    assert.ok(isWebAddress(url));
  for (const url of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://',
    'https://a b/',
    ' https://a/',
    'https://a/\n',
    '//a/',
    '',
  ]) {
    assert.ok(!isWebAddress(url), url);
  }
});
