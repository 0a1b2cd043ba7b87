import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ParsedRecord, parseOsvRecord } from './osv.ts';

const RECORD = {
  id: 'PYSEC-0000-1',
  modified: '2026-11-26T10:00:00Z',
  aliases: ['GHSA-xxxx', 'CVE-0000-1'],
  details: '\n Leaks passwords.\u001b[31m\nMore of it.',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'requests', purl: 'pkg:pypi/requests' },
      ranges: [
        { type: 'GIT', repo: 'https://example.org', events: [{ introduced: '0' }, { fixed: 'abc' }] },
        { type: 'ECOSYSTEM', events: [{ introduced: '2.3.0' }, { fixed: '2.31.0' }, { limit: '3' }] },
      ],
      versions: ['2.10.0'],
      ecosystem_specific: { anything: 1 },
    },
    { ranges: [{ type: 'GIT', repo: 'https://example.org', events: [{ introduced: '0' }] }] },
  ],
};

function problem(json: unknown): string {
  const parsed = parseOsvRecord(json);
  assert.ok(parsed.kind === 'invalid', parsed.kind);
  return parsed.problem;
}

test('a record becomes what a verdict needs: ranges of versions, not of commits', () => {
  const parsed = parseOsvRecord(RECORD);
  const expected: ParsedRecord = {
    kind: 'advisory',
    advisory: {
      id: 'PYSEC-0000-1',
      aliases: ['CVE-0000-1', 'GHSA-xxxx'],
      summary: 'Leaks passwords. [31m',
      description: RECORD.details,
      modified: '2026-11-26T10:00:00Z',
      scores: RECORD.severity,
      packages: [
        {
          ecosystem: 'PyPI',
          name: 'requests',
          scores: [],
          affected: {
            versions: ['2.10.0'],
            ranges: [
              {
                events: [
                  { kind: 'introduced', version: '2.3.0' },
                  { kind: 'fixed', version: '2.31.0' },
                ],
                limits: ['3'],
              },
            ],
          },
        },
      ],
    },
  };
  assert.deepEqual(parsed, expected);
});

test('what was withdrawn is about nothing, and null is as good as absent', () => {
  assert.deepEqual(parseOsvRecord({ ...RECORD, withdrawn: '2026-11-26T11:00:00Z' }), {
    kind: 'withdrawn',
    id: RECORD.id,
  });
  const bare = parseOsvRecord({ id: 'X', modified: RECORD.modified, withdrawn: null, aliases: null, affected: null });
  assert.ok(bare.kind === 'advisory' && bare.advisory.packages.length === 0);
});

test('what breaks the format says where', () => {
  assert.match(problem({ ...RECORD, id: 7 }), /^id: /);
  assert.match(problem({ ...RECORD, modified: 'yesterday' }), /^modified: /);
  assert.match(problem([]), /expected object/);
  const withEvents = (events: unknown): unknown => ({
    ...RECORD,
    affected: [{ package: { ecosystem: 'PyPI', name: 'x' }, ranges: [{ type: 'ECOSYSTEM', events }] }],
  });
  assert.match(
    problem(withEvents([{ introduced: '0', fixed: '1' }])),
    /^affected\.0\.ranges\.0\.events\.0: .*exactly one/,
  );
  assert.match(problem(withEvents([{ fixed: '1' }])), /^affected\.0\.ranges\.0: .*introduced/);
  assert.match(problem(withEvents('none')), /^affected\.0\.ranges\.0\.events: /);
});

test('whatever stands there, reading answers', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(RECORD)), (value, key) => {
      assert.ok(['advisory', 'withdrawn', 'invalid'].includes(parseOsvRecord({ ...RECORD, [key]: value }).kind));
    }),
  );
});
