import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import type { BilledComponent, BilledVulnerability, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { SBOM_FORMATS } from './index.ts';

const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';

function weakness(id: string, more: Partial<BilledVulnerability> = {}): BilledVulnerability {
  const texts = { summary: `About ${id}.`, advice: 'Upgrade it.', advisories: [id] };
  return { id, aliases: [], severity: 'medium', verdict: 'affected', ...texts, ...more };
}

function component(name: string, more: Partial<BilledComponent> = {}): BilledComponent {
  return {
    key: name,
    ecosystem: 'PyPI',
    name,
    version: '1.0',
    purl: `pkg:pypi/${name}@1.0`,
    requires: [],
    vulnerabilities: [],
    ...more,
  };
}

const ACCEPTED = { reason: 'No proxy is in use.', owner: 'A. Admin', expires: '2027-03-31' };
const BILL: BillOfMaterials = {
  machine: { address: 'ssh://files', hostname: 'files', os: 'debian', osVersion: '12', arch: 'x86_64' },
  tool: { name: 'freehold', version: '0.1.0' },
  createdAt: '2026-11-20T10:11:12.345Z',
  judgedBy: {
    kind: 'advisories',
    sources: [{ origin: '/all.zip', readAt: '2026-11-19T00:00:00Z' }],
    uncovered: ['npm'],
  },
  problems: ['/srv/closed could not be looked into'],
  places: [
    {
      kind: 'python-environment',
      path: '/srv/app',
      problems: ['/srv/app/half.dist-info: there is no metadata'],
      components: [
        component('flask', { isDirect: true, requires: ['werkzeug', 'gone'] }),
        component('pytest', { isDirect: true, isDevelopment: true, vulnerabilities: [weakness('CVE-2024-9')] }),
        component('werkzeug', {
          isDirect: false,
          requires: ['flask'],
          vulnerabilities: [
            weakness('CVE-2024-1', {
              aliases: ['GHSA-1'],
              severity: 'critical',
              score: 7.5,
              vector: VECTOR,
              fixedIn: '2.0',
              waiver: ACCEPTED,
            }),
            weakness('CVE-2024-2', { verdict: 'unknown' }),
            weakness('CVE-2024-3', {
              statement: {
                status: 'not-affected',
                justification: 'vulnerable_code_not_in_execute_path',
                source: '/vex.json',
              },
            }),
          ],
        }),
      ],
    },
    {
      kind: 'debian',
      path: '/var/lib/dpkg',
      problems: [],
      components: [
        component('\u001b]0;x\u0007"</script>', { key: '../"\n', purl: 'pkg:deb/debian/a@1' }),
        { key: 'b', ecosystem: 'Debian', name: 'b', version: undefined, requires: ['b'], vulnerabilities: [] },
      ],
    },
    {
      kind: 'lock-file',
      path: '/srv/web/package-lock.json',
      problems: [],
      components: [
        component('@scope/a', {
          ecosystem: 'npm',
          purl: 'pkg:npm/%40scope/a@1.0',
          vulnerabilities: [weakness('CVE-2024-9')],
        }),
        { ...componentWithoutPurl(), origin: 'file:../a b' },
      ],
    },
  ],
};

function componentWithoutPurl(): BilledComponent {
  return { key: 'local', ecosystem: 'npm', name: 'local', version: '1.0', requires: [], vulnerabilities: [] };
}

const cycloneDx = z.object({
  serialNumber: z.string(),
  components: z.array(
    z.object({ 'bom-ref': z.string(), components: z.array(z.object({ 'bom-ref': z.string(), name: z.string() })) }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
  compositions: z.unknown(),
  vulnerabilities: z.array(
    z.object({
      id: z.string(),
      analysis: z.unknown().optional(),
      ratings: z.unknown(),
      affects: z.array(z.object({ ref: z.string() })),
    }),
  ),
});
const spdx = z.object({
  packages: z.array(z.object({ SPDXID: z.string(), name: z.string(), externalRefs: z.array(z.unknown()).optional() })),
  relationships: z.array(
    z.object({ spdxElementId: z.string(), relationshipType: z.string(), relatedSpdxElement: z.string() }),
  ),
});
const spdx3 = z.object({
  '@graph': z.array(
    z.looseObject({
      type: z.string(),
      spdxId: z.string().optional(),
      from: z.string().optional(),
      to: z.array(z.string()).optional(),
      creationInfo: z.string().optional(),
    }),
  ),
});

suite('CycloneDX', () => {
  const text = SBOM_FORMATS.cyclonedx.render(BILL);
  const bom = cycloneDx.parse(JSON.parse(text));

  test('is valid by its published schema', () => {
    const validate = cycloneDxValidator();
    assert.equal(validate(JSON.parse(text)), true, JSON.stringify(validate.errors));
    assert.equal(validate({ ...JSON.parse(text), specVersion: 16 }), false);
  });

  test('names nothing twice, and refers to nothing that it has not', () => {
    const refs = bom.components.flatMap((place) => [place, ...place.components]).map((one) => one['bom-ref']);
    const known = new Set(['machine', ...refs]);
    assert.equal(known.size, refs.length + 1);
    const used = [
      ...bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]),
      ...bom.vulnerabilities.flatMap(({ affects }) => affects.map(({ ref }) => ref)),
    ];
    assert.deepEqual(
      used.filter((ref) => !known.has(ref)),
      [],
    );
    const needs = (ref: string): readonly string[] | undefined =>
      bom.dependencies.find((one) => one.ref === ref)?.dependsOn;
    assert.deepEqual(needs('/srv/app'), ['/srv/app#flask', '/srv/app#pytest']);
    assert.deepEqual(needs('/srv/app#flask'), ['/srv/app#werkzeug']);
  });

  test('says where something may be missing', () => {
    assert.deepEqual(bom.compositions, [{ aggregate: 'incomplete', assemblies: ['machine', '/srv/app'] }]);
  });

  test('is a VEX: a waiver, a doubt and a supplier’s word are each its own analysis', () => {
    const analysis = (id: string): unknown => bom.vulnerabilities.find((one) => one.id === id)?.analysis;
    assert.deepEqual(analysis('CVE-2024-1'), {
      state: 'exploitable',
      response: ['will_not_fix'],
      detail: 'Accepted by A. Admin until 2027-03-31: No proxy is in use.',
    });
    assert.deepEqual(analysis('CVE-2024-3'), {
      state: 'not_affected',
      justification: 'code_not_reachable',
      detail: 'Said in /vex.json.',
    });
    assert.equal(z.object({ state: z.string() }).parse(analysis('CVE-2024-2')).state, 'in_triage');
    const [plain] = bom.vulnerabilities.filter(({ id }) => id === 'CVE-2024-9');
    assert.equal(plain?.analysis, undefined);
    assert.equal(plain?.affects.length, 2);
  });

  test('keeps the published score apart from our own word', () => {
    assert.deepEqual(bom.vulnerabilities.find(({ id }) => id === 'CVE-2024-1')?.ratings, [
      { severity: 'high', method: 'CVSSv31', score: 7.5, vector: VECTOR },
      { severity: 'critical', method: 'other', source: { name: 'Freehold' } },
    ]);
  });
});

suite('SPDX 2.3', () => {
  const document = spdx.parse(JSON.parse(SBOM_FORMATS.spdx.render(BILL)));
  const idOf = (name: string): string => document.packages.find((one) => one.name === name)?.SPDXID ?? '';
  const has = (from: string, type: string, to: string): boolean =>
    document.relationships.some(
      (one) => one.spdxElementId === from && one.relationshipType === type && one.relatedSpdxElement === to,
    );

  test('has identifiers as SPDX allows them, each once, and refers to no other', () => {
    const ids = document.packages.map(({ SPDXID }) => SPDXID);
    for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
    const known = new Set([...ids, 'SPDXRef-DOCUMENT', 'NOASSERTION']);
    assert.equal(known.size, ids.length + 2);
    for (const one of document.relationships) {
      assert.ok(known.has(one.spdxElementId) && known.has(one.relatedSpdxElement), JSON.stringify(one));
    }
  });

  test('tells what needs what, what is for developing, and where something may be missing', () => {
    assert.ok(has(idOf('flask'), 'DEPENDS_ON', idOf('werkzeug')));
    assert.ok(has(idOf('pytest'), 'DEV_DEPENDENCY_OF', idOf('/srv/app')));
    assert.ok(!has(idOf('/srv/app'), 'DEPENDS_ON', idOf('werkzeug')));
    assert.ok(has(idOf('/srv/app'), 'CONTAINS', 'NOASSERTION'));
    assert.ok(!has(idOf('/srv/web/package-lock.json'), 'CONTAINS', 'NOASSERTION'));
  });

  test('claims no registry’s package for what comes from elsewhere', () => {
    assert.deepEqual(document.packages.find(({ name }) => name === 'local')?.externalRefs, [
      { referenceCategory: 'OTHER', referenceType: 'freehold-ecosystem', referenceLocator: 'npm' },
    ]);
  });
});

suite('SPDX 3.0.1', () => {
  const graph = spdx3.parse(JSON.parse(SBOM_FORMATS['spdx-3'].render(BILL)))['@graph'];

  test('names each element once, and refers to no other', () => {
    const ids = graph.flatMap(({ spdxId }) => spdxId ?? []);
    const known = new Set(ids);
    assert.equal(known.size, ids.length);
    for (const { from, to = [] } of graph) {
      for (const id of from === undefined ? to : [from, ...to]) assert.ok(known.has(id), id);
    }
    assert.ok(graph.every(({ type, creationInfo }) => type === 'CreationInfo' || creationInfo === '_:creation'));
  });

  test('is a VEX', () => {
    const types = graph.map(({ type }) => type.replace(/^security_(.*)VulnAssessmentRelationship$/, '$1')).sort();
    const vex = types.filter((type) => /^(?:Vex|Cvss)/.test(type));
    assert.deepEqual(vex, ['CvssV3', 'VexAffected', 'VexAffected', 'VexNotAffected', 'VexUnderInvestigation']);
  });
});

for (const [format, { render }] of Object.entries(SBOM_FORMATS)) {
  test(`${format} says the same of the same state, whenever it is written`, () => {
    const later = { ...BILL, createdAt: '2026-11-21T00:00:00.000Z' };
    const written = render(later).replace('2026-11-21T00:00:00.000Z', BILL.createdAt);
    assert.equal(written.replace('2026-11-21T00:00:00Z', '2026-11-20T10:11:12Z'), render(BILL));
    assert.notEqual(render({ ...BILL, problems: [] }), render(BILL));
  });

  test(`${format} can't steer the terminal that shows it`, () => {
    assert.doesNotMatch(render(BILL), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test(`${format} says when nothing was judged`, () => {
    assert.match(
      render({ ...BILL, judgedBy: { kind: 'none', reason: 'There is none.' } }),
      /Nothing was judged: There/,
    );
  });
}

/** The schemas that CycloneDX's own library ships (Apache-2.0). */
function cycloneDxValidator(): ReturnType<Ajv['compile']> {
  const library = fileURLToPath(import.meta.resolve('@cyclonedx/cyclonedx-library/package.json'));
  const read = (name: string): object =>
    z
      .looseObject({})
      .parse(JSON.parse(readFileSync(join(dirname(library), 'res', 'schema', `${name}.SNAPSHOT.schema.json`), 'utf8')));
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  // Mail addresses are not written, and addresses have the form of their own test.
  ajv.addFormat('idn-email', true);
  ajv.addFormat('iri-reference', true);
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(read('bom-1.6'));
}
