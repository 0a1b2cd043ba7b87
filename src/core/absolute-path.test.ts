import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolutePath } from './absolute-path.ts';

test('one path has one spelling', () => {
  for (const path of ['/', '/usr', '/usr/lib/x y', '/srv/..a/...'])
    assert.ok(absolutePath.safeParse(path).success, path);
  for (const path of ['', 'usr', '//', '/usr/', '/usr//lib', '/usr/../etc', '/.', '/a\nb']) {
    assert.ok(!absolutePath.safeParse(path).success, path);
  }
});
