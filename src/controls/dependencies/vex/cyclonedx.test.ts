import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVex } from './document.ts';
import type { WrittenStatement } from './parsed.ts';

const SERIAL = '3e671687-395b-41f5-a30f-a58921a69b79';

interface Affect {
  readonly ref: string;
  readonly versions?: readonly object[];
}

function vulnerability(affects: readonly Affect[], analysis: object = { state: 'not_affected' }): object {
  return { id: 'CVE-2020-25649', references: [{ id: 'SNYK-1', source: { name: 'SNYK' } }], analysis, affects };
}

function parse(vulnerabilities: readonly unknown[], more: object = {}): readonly (WrittenStatement | string)[] {
  const parsed = parseVex({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, vulnerabilities, ...more });
  assert.ok(parsed.kind === 'document', JSON.stringify(parsed));
  return parsed.statements.map((one) => (one.kind === 'statement' ? one.statement : `${one.at}: ${one.problem}`));
}

function products(ref: string, more: object = {}): unknown {
  const [one] = parse([vulnerability([{ ref }])], more);
  return typeof one === 'string'
    ? one
    : one?.products.map(({ identifiers, subcomponents: [part] }) => [identifiers, part?.identifiers]);
}

test('a state is a status, with justification, detail and time', () => {
  const about = [{ ref: 'pkg:pypi/a@1.0' }];
  const read = (analysis: object): unknown => {
    const [one] = parse([vulnerability(about, analysis)], { metadata: { timestamp: '2022-03-03T00:00:00Z' } });
    return typeof one === 'string' ? one : [one?.status, one?.justification, one?.text, one?.timestamp];
  };
  const issued = '2022-03-03T00:00:00.000Z';
  assert.deepEqual(read({ state: 'not_affected', justification: 'code_not_reachable', detail: 'No.' }), [
    'not-affected',
    'code_not_reachable',
    'No.',
    issued,
  ]);
  assert.deepEqual(read({ state: 'false_positive' }), ['not-affected', 'false_positive', undefined, issued]);
  assert.deepEqual(read({ state: 'resolved', lastUpdated: '2024-01-01T00:00:00Z' }), [
    'fixed',
    undefined,
    undefined,
    '2024-01-01T00:00:00.000Z',
  ]);
  assert.deepEqual(read({ state: 'resolved_with_pedigree' }), ['fixed', undefined, undefined, issued]);
  assert.deepEqual(read({ state: 'exploitable', detail: 'Upgrade.' }), ['affected', undefined, 'Upgrade.', issued]);
  assert.deepEqual(read({ state: 'in_triage' }), ['under-investigation', undefined, undefined, issued]);
  assert.match(String(read({ state: 'fine' })), /^vulnerabilities\.0: analysis\.state: /);
  assert.deepEqual(parse([{ id: 'CVE-1' }, { id: 'CVE-2', affects: about }]), []);
  const [named] = parse([vulnerability(about)]);
  assert.deepEqual(typeof named === 'object' && named.vulnerabilities, ['CVE-2020-25649', 'SNYK-1']);
});

test('a reference is a name in the document, a package URL, or a link to a BOM', () => {
  const components = [
    { 'bom-ref': 'a', purl: 'pkg:pypi/A@1.0', components: [{ 'bom-ref': 'deep', purl: 'pkg:npm/d@2' }] },
  ];
  const named = { components };
  assert.deepEqual(products('a', named), [[['pkg:pypi/a@1.0'], undefined]]);
  assert.deepEqual(products('deep', named), [[['pkg:npm/d@2'], undefined]]);
  assert.deepEqual(products('pkg:pypi/A@1.0'), [[['pkg:pypi/a@1.0'], undefined]]);
  const main = { 'bom-ref': 'app', purl: 'pkg:npm/app@3.0.0' };
  const bom = { ...named, serialNumber: `urn:uuid:${SERIAL}`, metadata: { component: main } };
  const app = ['pkg:npm/app@3.0.0', `urn:cdx:${SERIAL}/1`];
  // A BOM speaks of what is in its product.
  assert.deepEqual(products('app', bom), [[app, undefined]]);
  assert.deepEqual(products('a', bom), [[app, ['pkg:pypi/a@1.0']]]);
  assert.deepEqual(products(`urn:cdx:${SERIAL}/1#deep`, bom), [[app, ['pkg:npm/d@2']]]);
  // Even where nothing tells which product that is.
  assert.deepEqual(products('a', { ...named, metadata: { component: { name: 'app', purl: 'pkg:' } } }), [
    [[], ['pkg:pypi/a@1.0']],
  ]);
  // Of another BOM nothing is known but its number.
  const other = `urn:cdx:${SERIAL}/1`;
  assert.deepEqual(products(`${other}#pkg:pypi/A@1.0`), [[[other], ['pkg:pypi/a@1.0']]]);
  assert.deepEqual(products(`${other}#pkg%3Apypi%2Fa%401.0`), [[[other], ['pkg:pypi/a@1.0']]]);
  assert.deepEqual(products(`${other}#a`), [[[other], []]]);
  assert.deepEqual(products(other), [[[other], undefined]]);
  assert.match(String(products('nowhere', bom)), /affects\.0\.ref: nothing in the document has this name/);
  assert.deepEqual(
    products('twice', {
      components: [
        { 'bom-ref': 'twice', purl: 'pkg:npm/a' },
        { 'bom-ref': 'twice', purl: 'pkg:npm/b' },
      ],
    }),
    [[[], undefined]],
  );
});

test('of versions, only those that are not affected are taken off, and only what can be told exactly', () => {
  const read = (versions: readonly object[], analysis?: object): unknown => {
    const [one] = parse([vulnerability([{ ref: 'pkg:npm/%40a/b@9?x=1', versions }], analysis)]);
    return typeof one === 'string' ? one : one?.products.map(({ identifiers }) => identifiers);
  };
  const versions = [
    { version: '1.0.0', status: 'unaffected' },
    { version: '2.0.0' },
    { version: '3.0.0', status: 'unknown' },
    { version: '4:0', status: 'unaffected' },
  ];
  assert.deepEqual(read(versions), [['pkg:npm/%40a/b@1.0.0?x=1', 'pkg:npm/%40a/b@4:0?x=1']]);
  assert.deepEqual(read([{ version: '2.0.0' }]), []);
  assert.match(String(read([{ range: 'vers:npm/<2', status: 'unaffected' }])), /ranges of versions are not read/);
  assert.deepEqual(read([{ range: 'vers:npm/<2' }], { state: 'exploitable' }), [['pkg:npm/%40a/b@9?x=1']]);
  assert.match(String(read([{}])), /must have a version or a range/);
});

test('a document that is too old, or nested without end, does no harm', () => {
  assert.equal(parseVex({ bomFormat: 'CycloneDX', specVersion: '1.3', vulnerabilities: [] }).kind, 'invalid');
  assert.deepEqual(parse([]), []);
  let nested: object = { 'bom-ref': 'deepest', purl: 'pkg:npm/d@2' };
  for (let depth = 0; depth < 20_000; depth += 1) nested = { components: [nested] };
  assert.deepEqual(products('deepest', { components: [nested] }), [[['pkg:npm/d@2'], undefined]]);
});
