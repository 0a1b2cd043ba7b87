import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AdvisoryHit } from '../../../core/advisory.ts';
import { leastUnaffected } from './ecosystem.ts';

function about(versions: readonly string[], ...ranges: readonly (readonly [string, string?])[]): AdvisoryHit {
  return {
    id: 'X',
    aliases: [],
    summary: '',
    description: '',
    modified: '',
    scores: [],
    source: '',
    affected: {
      versions,
      ranges: ranges.map(([introduced, fixed]) => ({
        limits: [],
        events: [
          { kind: 'introduced', version: introduced },
          ...(fixed === undefined ? [] : [{ kind: 'fixed', version: fixed } as const]),
        ],
      })),
    },
  };
}

suite('leastUnaffected', () => {
  test('the next that no advisory is about, of all that they name', () => {
    const hits = [about([], ['0', '1.5'], ['2.0', '2.3']), about([], ['1.4', '2.1']), about(['2.3'])];
    assert.equal(leastUnaffected('PyPI', '1.0', hits), undefined);
    assert.equal(leastUnaffected('PyPI', '1.0', hits.slice(0, 2)), '2.3');
    assert.equal(leastUnaffected('PyPI', '1.0', [hits[0] ?? about([])]), '1.5');
  });

  test('a release for a release, and a pre-release for one', () => {
    const hits = [about([], ['0', '2.0rc1']), about(['1.0'], ['0', '2.0'])];
    assert.equal(leastUnaffected('PyPI', '1.0', hits), '2.0');
    assert.equal(leastUnaffected('npm', '1.0.0-beta.1', [about([], ['0', '1.0.0-beta.2'])]), '1.0.0-beta.2');
    assert.equal(leastUnaffected('npm', '1.0.0', [about([], ['0', '1.0.1-beta.2'])]), undefined);
  });

  test('by the order of its ecosystem', () => {
    assert.equal(leastUnaffected('Debian', '1.0-1', [about([], ['0', '1.0-1+deb12u1'])]), '1.0-1+deb12u1');
    assert.equal(leastUnaffected('PyPI', 'no version', [about([], ['0', '1'])]), undefined);
  });
});
