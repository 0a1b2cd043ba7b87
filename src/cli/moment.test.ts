import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FreeholdError } from '../core/error.ts';
import { parseMoment } from './moment.ts';

const NOW_MS = Date.parse('2026-11-26T12:00:00Z');

test('a moment is a time, or so long ago', () => {
  const iso = (text: string): string => new Date(parseMoment(text, NOW_MS)).toISOString();
  assert.equal(iso('2026-11-20'), '2026-11-20T00:00:00.000Z');
  assert.equal(iso('2026-11-20T08:00Z'), '2026-11-20T08:00:00.000Z');
  assert.equal(iso('2026-11-20 08:00:30+01:00'), '2026-11-20T07:00:30.000Z');
  assert.equal(iso('90m'), '2026-11-26T10:30:00.000Z');
  assert.equal(iso('24h'), '2026-11-25T12:00:00.000Z');
  assert.equal(iso('7d'), '2026-11-19T12:00:00.000Z');
});

test('anything else is refused', () => {
  for (const text of ['', 'yesterday', '7', '7w', '2026-13-40', '-1h', '2026-11-20T25:00Z']) {
    assert.throws(() => parseMoment(text, NOW_MS), FreeholdError, text);
  }
});
