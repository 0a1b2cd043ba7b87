import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoted } from '../printable.ts';

test('a piece of a stranger is shown without what it could do', () => {
  assert.equal(quoted(' a\u001b[31m\u202e '), '"a\ufffd[31m\ufffd"');
  assert.equal(quoted('x'.repeat(500)).length, 122);
  assert.equal(quoted('--index-url https://user:hunt@er/2@h.example/simple'), '"--index-url https://h.example/simple"');
  assert.equal(quoted('a @ git+ssh://hunter2@h.example/a'), '"a @ git+ssh://h.example/a"');
});
