import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { VexStatement } from '../../core/advisory.ts';
import type { BilledComponent, BilledVulnerability, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { type OpenVexOptions, renderOpenVex } from './openvex.ts';

/** What openvex_json_schema.json of https://github.com/openvex/spec (commit d29fab0) allows, as far as it is used here. */
const component = z.strictObject({ '@id': z.url() });
const statement = z
  .strictObject({
    vulnerability: z.strictObject({ name: z.string(), aliases: z.array(z.string()).min(1).exactOptional() }),
    timestamp: z.iso.datetime().exactOptional(),
    products: z.array(component.extend({ subcomponents: z.array(component).exactOptional() })).min(1),
    status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
    status_notes: z.string().exactOptional(),
    justification: z
      .enum([
        'component_not_present',
        'vulnerable_code_not_present',
        'vulnerable_code_not_in_execute_path',
        'vulnerable_code_cannot_be_controlled_by_adversary',
        'inline_mitigations_already_exist',
      ])
      .exactOptional(),
    impact_statement: z.string().exactOptional(),
    action_statement: z.string().exactOptional(),
  })
  .refine(
    ({ status, justification, impact_statement: impact }) =>
      status !== 'not_affected' || (justification ?? impact) !== undefined,
  )
  .refine(({ status, action_statement: action }) => status !== 'affected' || action !== undefined);
const document = z.strictObject({
  '@context': z.literal('https://openvex.dev/ns/v0.2.0'),
  '@id': z.url(),
  author: z.string(),
  timestamp: z.iso.datetime(),
  version: z.literal(1),
  tooling: z.string(),
  statements: z.array(statement).min(1),
});

type Said = z.output<typeof statement>;

function weakness(id: string, more: Partial<BilledVulnerability> = {}): BilledVulnerability {
  return { id, aliases: [], summary: '', severity: 'high', verdict: 'affected', advice: '', advisories: [id], ...more };
}

function installed(name: string, vulnerabilities: readonly BilledVulnerability[]): BilledComponent {
  const purl = `pkg:pypi/${name}@1.0`;
  return { key: name, ecosystem: 'PyPI', name, version: '1.0', purl, requires: [], vulnerabilities };
}

function bill(...places: readonly (readonly BilledComponent[])[]): BillOfMaterials {
  return {
    machine: { address: 'local', hostname: 'vm', os: 'debian', osVersion: '12', arch: 'x86_64' },
    tool: { name: 'freehold', version: '0.1.0' },
    createdAt: '2026-11-26T12:00:00.000Z',
    judgedBy: { kind: 'advisories', sources: [], uncovered: [] },
    places: places.map((components, index) => {
      return { kind: 'lock-file', path: `/srv/${String(index)}`, components, problems: [] };
    }),
    problems: [],
  };
}

function render(of: BillOfMaterials, options: Partial<OpenVexOptions> = {}): z.output<typeof document> {
  const { text } = renderOpenVex(of, { author: 'Acme', ...options });
  assert.ok(text !== undefined);
  return document.parse(JSON.parse(text));
}

function said(one: BilledVulnerability, options?: Partial<OpenVexOptions>): Said {
  const [first, ...more] = render(bill([installed('a', [one])]), options).statements;
  assert.ok(first !== undefined && more.length === 0);
  return first;
}

const BY: VexStatement = { status: 'not-affected', document: 'urn:acme', source: '/home/me/acme.json' };
const WAIVER = { reason: 'No proxy is in use.', owner: 'A. Admin', expires: '2027-03-31' };

test('what is known says what to do, and what is not certain that it is not', () => {
  assert.deepEqual(said(weakness('CVE-1', { aliases: ['GHSA-1'], fixedIn: '2.0' })), {
    vulnerability: { name: 'CVE-1', aliases: ['GHSA-1'] },
    products: [{ '@id': 'pkg:pypi/a@1.0' }],
    status: 'affected',
    action_statement: 'Upgrade a to 2.0 or newer.',
  });
  assert.equal(said(weakness('CVE-1')).action_statement, 'Nothing mends a yet.');
  assert.equal(said(weakness('CVE-1', { verdict: 'unknown' })).status, 'under_investigation');
  const waived = said(weakness('CVE-1', { waiver: WAIVER, statement: { ...BY, status: 'under-investigation' } }));
  assert.deepEqual(
    [waived.status, waived.action_statement],
    ['affected', 'Accepted until 2027-03-31 by A. Admin: No proxy is in use.'],
  );
});

test('what a supplier says is kept, with its time and its document, and in words that the format has', () => {
  const of = (more: Partial<VexStatement>): Said => said(weakness('CVE-1', { statement: { ...BY, ...more } }));
  const time = '2026-01-02T03:04:05.000Z';
  const kept = of({ justification: 'vulnerable_code_not_present', text: 'No.', timestamp: time });
  assert.deepEqual(
    [kept.status, kept.justification, kept.impact_statement, kept.status_notes, kept.timestamp],
    ['not_affected', 'vulnerable_code_not_present', 'No.', 'By urn:acme.', time],
  );
  assert.equal(of({ justification: 'code_not_reachable' }).justification, 'vulnerable_code_not_in_execute_path');
  assert.equal(
    of({ justification: 'requires_environment', text: 'No.' }).impact_statement,
    'requires_environment: No.',
  );
  assert.equal(of({}).impact_statement, 'No reason is given.');
  assert.deepEqual(
    [of({ status: 'fixed' }).status, of({ status: 'fixed', text: 'Since r3.' }).status_notes],
    ['fixed', 'Since r3. By urn:acme.'],
  );
  assert.equal(of({ status: 'affected', text: 'Wait.' }).action_statement, 'Wait.');
  assert.equal(of({ status: 'under-investigation' }).status, 'under_investigation');
  const { document: _, ...nameless } = BY;
  assert.ok(!JSON.stringify(said(weakness('CVE-1', { statement: nameless }))).includes('/home/me'));
});

test('what is said of a package in a product is not said of it elsewhere', () => {
  const within = { ...BY, product: 'pkg:npm/app@3.0.0' };
  const subcomponents = [{ '@id': 'pkg:pypi/a@1.0' }];
  assert.deepEqual(said(weakness('CVE-1', { statement: within })).products, [{ '@id': within.product, subcomponents }]);
  const product = 'pkg:generic/acme@1.2';
  assert.deepEqual(said(weakness('CVE-1', { statement: within }), { product }).products, [
    { '@id': product, subcomponents },
  ]);
  // Two places of one product differ: what calms least holds.
  const open = weakness('CVE-1', { fixedIn: '2.0' });
  const places = [weakness('CVE-1', { statement: BY }), open, weakness('CVE-1', { waiver: WAIVER })];
  for (const order of [places, places.toReversed()]) {
    const { statements } = render(bill(...order.map((one) => [installed('a', [one])])), { product });
    assert.deepEqual(
      statements.map(({ action_statement: action }) => action),
      ['Upgrade a to 2.0 or newer.'],
    );
  }
});

test('a document is called after what it says, whenever and in whichever order', () => {
  const parts = [installed('b', [weakness('CVE-2'), weakness('CVE-1')]), installed('a', [weakness('CVE-2')])];
  const one = render(bill(parts));
  const other = render({ ...bill(parts.toReversed()), createdAt: '2027-01-01T00:00:00.000Z' });
  assert.deepEqual({ ...other, timestamp: one.timestamp }, one);
  assert.notEqual(render(bill(parts), { author: 'Else' })['@id'], one['@id']);
  const { purl: _, ...nameless } = installed('c', [weakness('CVE-1')]);
  assert.deepEqual(renderOpenVex(bill([nameless]), { author: 'Acme' }), { text: undefined, statements: 0, unnamed: 1 });
});
