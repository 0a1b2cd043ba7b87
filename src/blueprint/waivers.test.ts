import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Finding, Outcome } from '../core/finding.ts';
import type { Waiver } from '../core/waiver.ts';
import { IdPattern } from './id-pattern.ts';
import { matchWaivers } from './waivers.ts';

function finding(id: string, outcome: Outcome = 'fail'): Finding {
  const texts = { title: id, summary: '', why: '' };
  return { id, outcome, severity: 'high', ...texts, expected: null, observed: null, references: [] };
}

function waiver(pattern: string, rest: Partial<Waiver> = {}): Waiver {
  return { finding: pattern, reason: 'r', owner: 'Ops', expires: '2027-03-31', ...rest };
}

const TODAY = '2027-03-31';

suite('matchWaivers', () => {
  test('waives failing and unknown findings, nothing else; the first waiver applies', () => {
    const findings = [
      finding('k/a'),
      finding('k/b', 'unknown'),
      finding('k/c', 'pass'),
      finding('k/d', 'not-applicable'),
    ];
    const [first, second] = [waiver('k/a'), waiver('k/*')];
    const { waived, findings: own } = matchWaivers(findings, [first, second], TODAY);
    assert.deepEqual(
      [...waived],
      [
        ['k/a', first],
        ['k/b', second],
      ],
    );
    assert.deepEqual(own, []);
  });

  test('holds on its last day and not on the next', () => {
    assert.equal(matchWaivers([finding('a')], [waiver('a')], '2027-03-31').waived.size, 1);
    const { waived, findings } = matchWaivers(
      [finding('a')],
      [waiver('a', { where: { path: 'x', line: 3 } })],
      '2027-04-01',
    );
    assert.equal(waived.size, 0);
    assert.equal(findings.length, 1);
    const [own] = findings;
    assert.deepEqual(
      [own?.id, own?.outcome, own?.severity, own?.observed, own?.where],
      ['waivers/expired/a', 'fail', 'medium', '2027-03-31', { path: 'x', line: 3 }],
    );
    assert.equal(own?.summary, 'expired on 2027-03-31; 1 finding is not waived any more');
  });

  test('an expired waiver leaves the finding to one that holds', () => {
    const holds = waiver('a');
    const { waived } = matchWaivers([finding('a')], [waiver('*', { expires: '2020-01-01' }), holds], TODAY);
    assert.equal(waived.get('a'), holds);
  });

  test('one that nothing needs is a finding, also when what it names passes', () => {
    const { findings } = matchWaivers([finding('k/a', 'pass')], [waiver('k/a'), waiver('k/x')], TODAY);
    assert.deepEqual(
      findings.map(({ id, severity, outcome, summary }) => [id, severity, outcome, summary]),
      [
        ['waivers/unused/k/a', 'low', 'fail', 'matches only findings that neither fail nor are unknown'],
        ['waivers/unused/k/x', 'low', 'fail', 'matches no finding'],
      ],
    );
  });

  test('ids come from the pattern alone and never collide', () => {
    const patterns = ['k/*', 'k/**', 'k/?', 'k/a', 'k/a', '**', 'ü'];
    const idsOf = (list: readonly string[]): string[] =>
      matchWaivers(
        [],
        list.map((one) => waiver(one)),
        TODAY,
      ).findings.map(({ id }) => id);
    const ids = idsOf(patterns);
    assert.equal(new Set(ids).size, patterns.length);
    assert.deepEqual(idsOf(patterns.toReversed()), ids);
    for (const id of ids) assert.match(id, /^waivers\/unused\/[\w./:@~-]+$/);
    assert(ids.includes('waivers/unused/k/a~2'));
  });
});

suite('IdPattern', () => {
  const cases: readonly (readonly [pattern: string, id: string, expected: boolean])[] = [
    ['a/b', 'a/b', true],
    ['a/b', 'a/bc', false],
    ['a/b', 'A/b', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['a**', 'a', true],
    ['**/c', 'a/b/c', true],
    ['**/c', 'c', false],
    ['*/b/*', 'a/b/c', true],
    ['a/?', 'a/b', true],
    ['a/?', 'a/', false],
    ['a?b', 'a/b', false],
    ['a.c', 'abc', false],
    ['net.*.rp', 'net.x.y.rp', true],
    ['[ab]', 'a', false],
    ['a/***', 'a/b/c', true],
    ['**a*b/c*d', 'xa1b/cab/c2d', true],
    ['', '', true],
  ];
  for (const [pattern, id, expected] of cases) {
    test(`${pattern} ${expected ? 'matches' : "doesn't match"} ${id}`, () => {
      assert.equal(new IdPattern(pattern).matches(id), expected);
    });
  }

  test('answers as the regular expression of the same meaning', () => {
    const text = (units: readonly string[]): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...units), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text(['a', '/', '.', '*', '**', '?']), text(['a', 'b', '/', '.']), (pattern, id) => {
        const source = pattern
          .replace(/\*{2,}/g, '\0')
          .replace(/[.]/g, '\\$&')
          .replace(/\*/g, '[^/]*')
          .replace(/\?/g, '[^/]')
          .replace(/\0/g, '.*');
        assert.equal(new IdPattern(pattern).matches(id), new RegExp(`^${source}$`).test(id));
      }),
      { numRuns: 3000 },
    );
  });

  test('takes linear time where backtracking would take for ever', { timeout: 5000 }, () => {
    assert.equal(new IdPattern(`${'**a'.repeat(100)}b`).matches('a'.repeat(5000)), false);
    assert.equal(new IdPattern(`${'*a'.repeat(100)}b`).matches('a'.repeat(5000)), false);
  });
});
