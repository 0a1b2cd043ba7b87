import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseVex } from './document.ts';
import type { ParsedStatement, WrittenStatement } from './parsed.ts';

/** The minimal document of the specification, with statements of our own. */
function document(statements: readonly unknown[], more: object = {}): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
    author: 'Wolfi J Inkinson',
    timestamp: '2023-01-08T18:02:03.647787998-06:00',
    version: 1,
    statements,
    ...more,
  };
}

function parse(json: unknown): readonly ParsedStatement[] {
  const parsed = parseVex(json);
  assert.ok(parsed.kind === 'document', JSON.stringify(parsed));
  return parsed.statements;
}

function statement(json: object): WrittenStatement {
  const [one] = parse(document([json]));
  assert.ok(one?.kind === 'statement', JSON.stringify(one));
  return one.statement;
}

function problem(json: unknown): string {
  const [one] = parse(document([json]));
  return one?.kind === 'invalid' ? one.problem : 'none';
}

const GIT = { vulnerability: { name: 'CVE-2023-12345' }, products: [{ '@id': 'pkg:pypi/Git_Thing@2.39' }] };

test('the samples of both versions of the specification say the same', () => {
  const now = statement({ ...GIT, status: 'fixed' });
  const [then] = parse(
    document([{ vulnerability: 'CVE-2023-12345', products: ['pkg:pypi/Git_Thing@2.39'], status: 'fixed' }], {
      '@context': 'https://openvex.dev/ns',
    }),
  );
  assert.deepEqual(then?.kind === 'statement' && then.statement, now);
  assert.deepEqual(now, {
    status: 'fixed',
    timestamp: '2023-01-09T00:02:03.647Z',
    document: 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
    vulnerabilities: ['CVE-2023-12345'],
    products: [{ identifiers: ['pkg:pypi/git-thing@2.39'], subcomponents: [] }],
  });
});

test('every name of a weakness and every identifier of a product counts; the time of a statement goes before that of its document', () => {
  const found = statement({
    vulnerability: { '@id': 'https://nvd.nist.gov/vuln/detail/CVE-1', name: 'CVE-1', aliases: ['GHSA-1', 'CVE-1'] },
    products: [
      {
        '@id': 'urn:acme:server',
        identifiers: { purl: 'pkg:npm/%40acme/server@1.0.0', cpe23: 'cpe:2.3:a:acme:server' },
        subcomponents: [{ '@id': 'pkg:npm/left-pad' }, { hashes: { md5: 'x' } }],
      },
    ],
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    impact_statement: 'Nobody\u001b[31m\n calls it.',
    timestamp: '2024-02-03T04:05:06Z',
  });
  assert.deepEqual(found, {
    status: 'not-affected',
    justification: 'vulnerable_code_not_in_execute_path',
    text: 'Nobody [31m calls it.',
    timestamp: '2024-02-03T04:05:06.000Z',
    document: 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
    vulnerabilities: ['CVE-1', 'https://nvd.nist.gov/vuln/detail/CVE-1', 'GHSA-1'],
    products: [
      {
        identifiers: ['urn:acme:server', 'pkg:npm/%40acme/server@1.0.0'],
        // One that nothing names is still one: without it the statement would be about all of the product.
        subcomponents: [{ identifiers: ['pkg:npm/left-pad'] }, { identifiers: [] }],
      },
    ],
  });
  const old = statement({ ...GIT, subcomponents: ['pkg:pypi/a'], status: 'affected', action_statement: 'Wait.' });
  assert.deepEqual([old.products[0]?.subcomponents, old.text], [[{ identifiers: ['pkg:pypi/a'] }], 'Wait.']);
});

test('what breaks the specification is refused by name, and the others count', () => {
  assert.match(problem({ ...GIT, status: 'not_affected' }), /needs a justification or an impact_statement/);
  assert.match(problem({ ...GIT, status: 'not_affected', impact_statement: ' ' }), /needs a justification/);
  assert.match(problem({ ...GIT, status: 'not_affected', justification: 'blah' }), /^justification: /);
  assert.match(problem({ ...GIT, status: 'safe' }), /^status: /);
  assert.match(problem({ ...GIT, products: [], status: 'fixed' }), /^products: /);
  assert.match(problem({ vulnerability: GIT.vulnerability, status: 'fixed' }), /^products: /);
  assert.match(problem({ ...GIT, products: ['pkg:nothing'], status: 'fixed' }), /^products\.0/);
  assert.match(problem({ ...GIT, products: ['pkg:pypi/a\u0007'], status: 'fixed' }), /^products\.0/);
  assert.match(problem({ ...GIT, vulnerability: {}, status: 'fixed' }), /it has no name/);
  assert.match(problem({ ...GIT, vulnerability: 'a\u009b2J', status: 'fixed' }), /^vulnerability: /);
  assert.match(problem({ ...GIT, status: 'fixed', timestamp: 'today' }), /^timestamp: /);
  assert.notEqual(problem(7), 'none');
  const timeless = parseVex({ ...document([{ ...GIT, status: 'fixed' }]), timestamp: undefined });
  assert.ok(timeless.kind === 'document' && timeless.statements[0]?.kind === 'invalid');
  const mixed = parse(document([{ ...GIT, status: 'not_affected' }, { ...GIT, status: 'fixed' }, null]));
  assert.deepEqual(
    mixed.map(({ kind, at }) => [kind, at]),
    [
      ['invalid', 'statements.0'],
      ['statement', 'statements.1'],
      ['invalid', 'statements.2'],
    ],
  );
  for (const json of [null, 7, [], {}, document([], { '@context': 'https://example.org' }), { bomFormat: 'SPDX' }]) {
    assert.equal(parseVex(json).kind, 'invalid');
  }
  assert.equal(parseVex(document([], { statements: 'x' })).kind, 'invalid');
});

test('nothing that JSON can hold ends the reading', () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('fixed', 'not_affected', 'pkg:pypi/a@1', 'pkg:%', 'CVE-1'));
  fc.assert(
    fc.property(field, field, field, (vulnerability, products, status) => {
      for (const one of [
        { vulnerability, products: [products], status },
        { vulnerability, products, status },
      ]) {
        parseVex(document([one]));
        parseVex({
          bomFormat: 'CycloneDX',
          specVersion: '1.5',
          vulnerabilities: [{ id: 'a', analysis: status, affects: products }],
        });
      }
    }),
  );
});
