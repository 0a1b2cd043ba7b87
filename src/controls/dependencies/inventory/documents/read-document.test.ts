import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { ParsedInventory } from '../package.ts';
import { COMPONENTS_MAX, NESTING_MAX } from './listing.ts';
import { parseDocument } from './read-document.ts';

const PATH = '/srv/image.json';
const LIMIT_MS = 20_000;

function read(document: object): ParsedInventory {
  return parseDocument(JSON.stringify(document), PATH);
}

function cycloneDx(more: object): ParsedInventory {
  return read({ bomFormat: 'CycloneDX', specVersion: '1.6', ...more });
}

function spdx(more: object): ParsedInventory {
  return read({ spdxVersion: 'SPDX-2.3', ...more });
}

function spdx3(...graph: readonly object[]): ParsedInventory {
  return read({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': graph });
}

function library(name: string, more: object = {}): object {
  return { type: 'library', 'bom-ref': name, name, version: '1.0', purl: `pkg:npm/${name}@1.0`, ...more };
}

function spdxPackage(name: string, more: object = {}): object {
  const purl = { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: `pkg:npm/${name}@1.0` };
  return { SPDXID: `SPDXRef-${name}`, name, versionInfo: '1.0', externalRefs: [purl], ...more };
}

function said({ problems }: ParsedInventory): readonly string[] {
  return problems.map(({ message }) => message);
}

function found({ packages }: ParsedInventory): readonly unknown[] {
  return packages.map(({ name, isDirect, requires }) => [name, isDirect, requires]);
}

suite('CycloneDX', () => {
  test('packages are found at every depth, with what needs what and what the root asked for', () => {
    const parsed = cycloneDx({
      metadata: { component: { type: 'application', 'bom-ref': 'app', name: 'app' } },
      components: [library('a', { components: [library('b', { components: [library('c')] })] })],
      dependencies: [
        { ref: 'app', dependsOn: ['a'] },
        { ref: 'a', dependsOn: ['b', 'gone', 'a'] },
        { ref: 'b', dependsOn: ['a'] },
      ],
    });
    assert.deepEqual(found(parsed), [
      ['a', true, ['b']],
      ['b', false, ['a']],
      ['c', false, []],
    ]);
    assert.deepEqual(said(parsed), []);
  });

  test('one package that is listed several times is one package', () => {
    const twice = {
      components: [library('a'), library('a', { 'bom-ref': 'other' }), library('b', { 'bom-ref': 'b' })],
    };
    const dependencies = [{ ref: 'b', dependsOn: ['other'] }];
    assert.deepEqual(found(cycloneDx({ ...twice, dependencies })), [
      ['a', undefined, []],
      ['b', undefined, ['a']],
    ]);
  });

  test('the root is a package to judge when it has a URL, but for an image', () => {
    const about = (purl: string): ParsedInventory =>
      cycloneDx({ metadata: { component: { ...library('root'), purl } }, components: [library('a')] });
    assert.deepEqual(
      about('pkg:npm/root@1.0').packages.map(({ name }) => name),
      ['a', 'root'],
    );
    assert.deepEqual(said(about('pkg:oci/root@sha256%3A12')), []);
    assert.match(said(about('pkg:golang/root@1')).join(), /1 component of pkg:golang can’t be judged yet: "root"/);
  });

  test('what can’t be judged is said, each reason once', () => {
    const go = Array.from({ length: 12 }, (_, index) => ({
      name: `g${String(index)}`,
      purl: `pkg:golang/x@v1.${String(index)}.0`,
    }));
    const parsed = cycloneDx({
      components: [
        ...go,
        { name: 'nameless', version: '1', type: 'library' },
        { name: 'broken', purl: 'pkg:' },
        { name: 'a file', type: 'file' },
        { name: 'debian', type: 'operating-system', version: '12' },
        { name: 'empty application', type: 'application' },
        { name: 'package-lock.json', type: 'application', 'bom-ref': 'lock' },
        library('a'),
      ],
      dependencies: [{ ref: 'lock', dependsOn: ['a'] }],
    });
    assert.deepEqual(said(parsed), [
      '12 components of pkg:golang can’t be judged yet: "g0", "g1", "g2" and 9 more',
      '2 components have no package URL, so nothing tells which packages they are: "nameless", "empty application"',
      '1 component has a package URL that can’t be read: "broken"',
    ]);
    assert.deepEqual(found(parsed), [['a', true, []]]);
  });

  test('what the document says of itself counts', () => {
    const parsed = cycloneDx({
      components: [library('a', { properties: [{ name: 'cdx:npm:package:development', value: 'true' }] })],
      compositions: [{ aggregate: 'incomplete_third_party_only', assemblies: ['a'] }],
    });
    assert.equal(parsed.packages[0]?.isDevelopment, true);
    assert.deepEqual(said(parsed), ['it says itself that it is incomplete']);
    assert.deepEqual(said(cycloneDx({})), ['it lists no components']);
    assert.match(said(cycloneDx({ specVersion: '2.0', components: [library('a')] })).join(), /version "2.0"/);
  });

  test('Debian packages that don’t say enough are judged, and leave a doubt', () => {
    const deb = (purl: string): object => ({ name: 'x', purl: `pkg:deb/debian/${purl}` });
    assert.deepEqual(said(cycloneDx({ components: [deb('a@1?distro=debian-12'), deb('b@1')] })), [
      "1 Debian package without a release: judged as of the machine's own",
      '2 Debian packages without a source package, by which advisories go',
    ]);
    const whole = [deb('a@1?distro=debian-12&upstream=c'), deb('b@1?distro=debian-12')];
    assert.deepEqual(said(cycloneDx({ components: whole })), []);
  });
});

suite('SPDX 2', () => {
  const related = (from: string, relationshipType: string, to: string): object => ({
    spdxElementId: `SPDXRef-${from}`,
    relationshipType,
    relatedSpdxElement: to.includes('-') ? to : `SPDXRef-${to}`,
  });

  test('needs are read in both directions, and those for developing apart', () => {
    const root = { SPDXID: 'SPDXRef-app', name: 'app', versionInfo: '1' };
    const parsed = spdx({
      packages: [root, ...['a', 'b', 'c', 'd'].map((name) => spdxPackage(name))],
      relationships: [
        related('DOCUMENT', 'DESCRIBES', 'app'),
        related('app', 'DEPENDS_ON', 'a'),
        related('b', 'DEPENDENCY_OF', 'a'),
        related('c', 'DEV_DEPENDENCY_OF', 'app'),
        related('app', 'CONTAINS', 'd'),
      ],
    });
    assert.deepEqual(found(parsed), [
      ['a', true, ['SPDXRef-b']],
      ['b', false, []],
      ['c', true, []],
      ['d', false, []],
    ]);
    assert.deepEqual(
      parsed.packages.filter(({ isDevelopment }) => isDevelopment === true).map(({ name }) => name),
      ['c'],
    );
    assert.deepEqual(said(parsed), []);
  });

  test('what is unknown, elsewhere or without a URL is said', () => {
    const packages = [spdxPackage('a'), { SPDXID: 'SPDXRef-x', name: 'x' }, spdxPackage('a', { versionInfo: '2' }), 7];
    const parsed = spdx({
      spdxVersion: 'SPDX-2.9',
      packages,
      relationships: [
        related('a', 'CONTAINS', 'NO-ASSERTION'.replace('-', '')),
        related('a', 'DEPENDS_ON', 'DocumentRef-o:x'),
      ],
    });
    assert.deepEqual(said(parsed), [
      'it is written in "SPDX-2.9", and read as if that were SPDX-2.3',
      '1 of its packages are no objects',
      'it gives one reference to several components: "SPDXRef-a"',
      'it refers to 1 element of other documents, which are not read',
      '1 component has no package URL, so nothing tells which packages they are: "x"',
    ]);
  });
});

suite('SPDX 3', () => {
  test('packages and needs are found, those that stand within others too', () => {
    const parsed = spdx3(
      { type: 'software_Sbom', spdxId: 'urn:sbom', rootElement: ['urn:app'] },
      { type: 'software_Package', spdxId: 'urn:app', name: 'app' },
      { type: 'software_Package', spdxId: 'urn:a', name: 'a', software_packageUrl: 'pkg:npm/a@1.0' },
      {
        type: 'LifecycleScopedRelationship',
        relationshipType: 'dependsOn',
        scope: 'test',
        from: 'urn:app',
        to: [
          'urn:a',
          {
            type: 'software_Package',
            spdxId: 'urn:b',
            name: 'b',
            externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: 'pkg:pypi/b@1' }],
          },
        ],
      },
      {
        type: 'Relationship',
        relationshipType: 'contains',
        from: 'urn:app',
        to: ['urn:a'],
        completeness: 'incomplete',
      },
    );
    assert.deepEqual(found(parsed), [
      ['a', true, []],
      ['b', true, []],
    ]);
    assert.ok(parsed.packages.every(({ isDevelopment }) => isDevelopment === true));
    assert.deepEqual(said(parsed), ['it says itself that it is incomplete']);
  });
});

suite('hostile documents', () => {
  test('what isn’t read is named', () => {
    const why = (text: string): string => said(parseDocument(text, PATH)).join();
    assert.match(why('<?xml version="1.0"?><bom/>'), /XML/);
    assert.match(why('SPDXVersion: SPDX-2.3\n'), /tags and values/);
    assert.match(why('{}'), /neither CycloneDX nor SPDX/);
    assert.match(why('[1]'), /no JSON object/);
    assert.match(why('{"bomFormat":'), /no JSON/);
  });

  test('depth is bounded, in each format and where it is not expected', { timeout: LIMIT_MS }, () => {
    const depth = 100_000;
    const nested = (open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
    const deep = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":${nested('[{"name":"a","components":', '}]').replace('"components":}', '"components":[]}')}}`;
    assert.match(said(parseDocument(deep, PATH)).join(), new RegExp(`more than ${String(NESTING_MAX)} deep`));
    const context = `{"@context":${nested('[', ']')},"@graph":${nested('[', ']')}}`;
    assert.match(said(parseDocument(context, PATH)).join(), /neither CycloneDX nor SPDX/);
    const graph = `{"@context":"https://spdx.org/rdf/3.0.1/x","@graph":${nested('[', ']')}}`;
    assert.match(said(parseDocument(graph, PATH)).join(), /more than \d+ deep/);
  });

  test('so is number', { timeout: LIMIT_MS }, () => {
    const component = '{"name":"a","purl":"pkg:npm/a@1"}';
    const many = `${component},`.repeat(COMPONENTS_MAX) + component;
    const parsed = parseDocument(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${many}]}`, PATH);
    assert.match(said(parsed).join(), /more than 200000 components/);
    assert.equal(parsed.packages.length, 1);
  });

  test('one reference for several components hides neither of them', () => {
    const components = [library('a'), library('b', { 'bom-ref': 'a' }), library('c', { 'bom-ref': 'component 1' })];
    components.push({ name: 'd', purl: 'pkg:npm/d@1' }, { name: 'e', purl: 'pkg:npm/e@1', 'bom-ref': 'component 2' });
    const parsed = cycloneDx({ components });
    assert.deepEqual(
      parsed.packages.map(({ name }) => name),
      ['a', 'b', 'c', 'd', 'e'],
    );
    assert.equal(new Set(parsed.packages.map(({ key }) => key)).size, parsed.packages.length);
    assert.match(said(parsed).join(), /one reference to several components: "a"/);
  });

  test('names can’t steer a terminal', () => {
    const bad = '\u001b]0;x\u0007\u202e';
    const parsed = cycloneDx({
      components: [
        { name: bad, purl: 'pkg:golang/x' },
        { name: bad },
        { name: bad, purl: `pkg:npm/a@1?vcs_url=git+${bad}` },
      ],
    });
    const texts = [...said(parsed), ...parsed.packages.map(({ origin, name }) => `${origin ?? ''} ${name}`)];
    assert.doesNotMatch(texts.join(), /[\p{Cc}\p{Cf}]/u);
    assert.equal(parsed.packages.length, 1);
  });

  test('nothing is beyond reading, and what is right beside it is still found', () => {
    const junk = fc.jsonValue({ maxDepth: 3 });
    const fields = ['bom-ref', 'name', 'version', 'purl', 'components', 'properties', 'type', 'group', 'externalRefs'];
    const odd = fc.oneof(
      junk,
      fc.dictionary(fc.constantFrom(...fields, 'SPDXID', 'spdxId', 'from', 'to', '__proto__'), junk),
    );
    fc.assert(
      fc.property(fc.array(odd), fc.array(odd), (items, edges) => {
        const listed = [
          cycloneDx({
            components: [...items, library('good')],
            dependencies: edges,
            compositions: edges,
            metadata: edges[0],
          }),
          spdx({ packages: [...items, spdxPackage('good')], relationships: edges, documentDescribes: edges }),
          spdx3({ items, edges }, { type: 'software_Package', name: 'good', software_packageUrl: 'pkg:npm/good@1.0' }),
        ];
        for (const { packages } of listed) assert.ok(packages.some(({ name }) => name === 'good'));
      }),
    );
  });
});
