/** VEX documents are read like advisories: once, statement by statement; what is damaged is named, and the rest counts. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AdvisoryStore } from '../../src/advisories/index.ts';
import type { ScopedStatement } from '../../src/core/advisory.ts';
import { zip } from './archive.ts';
import { IndexFolder } from './index-folder.ts';

const MANY = 20_000;
const MANY_MS = 20_000;

function openVex(names: readonly string[], more: object = {}): string {
  const statements = names.map((name) => ({
    vulnerability: { name },
    products: [{ '@id': 'pkg:pypi/flask' }],
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    ...more,
  }));
  const frame = { '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'urn:acme:vex', author: 'Acme', version: 1 };
  return JSON.stringify({ ...frame, timestamp: '2026-01-02T03:04:05Z', statements }, undefined, 2);
}

const CYCLONEDX = JSON.stringify({
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { timestamp: '2026-03-02T03:04:05Z' },
  vulnerabilities: [
    { id: 'CVE-2', analysis: { state: 'in_triage' }, affects: [{ ref: 'pkg:pypi/flask@1.0' }] },
    { id: 'CVE-3' },
  ],
});

suite('VEX documents', () => {
  const box = new IndexFolder();

  function statements(...names: readonly string[]): readonly ScopedStatement[] {
    return box.ask((index) => index.statementsOn(names));
  }

  test('a file, a box.path, an archive and gzip say the same, in both formats', async () => {
    mkdirSync(join(box.path, 'vex', 'deep'), { recursive: true });
    box.write('vex/acme.openvex.json', openVex(['CVE-1']));
    box.write('vex/deep/acme.cdx.json', CYCLONEDX);
    const archive = [
      { name: 'readme.json', text: '{}' },
      { name: 'acme.openvex.json', text: openVex(['CVE-1']) },
      { name: 'deep/acme.cdx.json', text: CYCLONEDX },
    ];
    const shapes: readonly (readonly [string, number])[] = [
      [box.write('acme.openvex.json', `\ufeff${openVex(['CVE-1'])}`), 1],
      [box.write('acme.openvex.json.gz', gzipSync(openVex(['CVE-1']))), 1],
      [box.write('acme.cdx.json', CYCLONEDX), 1],
      [join(box.path, 'vex'), 2],
      [box.write('vex.zip', zip(archive)), 3],
    ];
    for (const [shape, records] of shapes) {
      rmSync(box.index, { force: true });
      const { source } = await box.sync(shape);
      assert.deepEqual([source.kind, source.records, source.isComplete], ['vex', records, true], shape);
      for (const one of statements('cve-1', 'CVE-2', 'CVE-3')) {
        assert.equal(one.source, shape);
        if (one.vulnerabilities.includes('CVE-1')) {
          assert.deepEqual(
            [one.status, one.document, one.timestamp],
            ['not-affected', 'urn:acme:vex', '2026-01-02T03:04:05.000Z'],
          );
        } else
          assert.deepEqual([one.status, one.products[0]?.identifiers], ['under-investigation', ['pkg:pypi/flask@1.0']]);
      }
      assert.equal(statements('CVE-1', 'CVE-2', 'CVE-3').length, Math.min(records, 2), shape);
    }
    assert.equal(box.sources()[0]?.newest, '2026-03-02T03:04:05.000Z');
    // One without a name of its own is called after its file.
    assert.equal(statements('CVE-2')[0]?.document, 'deep/acme.cdx.json');
  });

  test('what has changed is read again, what a document no longer says goes, and a source is forgotten as a whole', async () => {
    const path = box.write('acme.json', openVex(['CVE-1', 'CVE-2', 'CVE-3']));
    await box.sync(path);
    const same = await box.sync(path);
    assert.deepEqual([same.changed, same.removed, same.source.records], [0, 0, 3]);
    box.write('acme.json', openVex(['CVE-1', 'CVE-4']));
    const less = await box.sync(path);
    assert.deepEqual([less.changed, less.removed, less.source.records], [1, 1, 2]);
    assert.deepEqual([statements('CVE-1').length, statements('CVE-2').length, statements('CVE-4').length], [1, 0, 1]);
    const store = new AdvisoryStore(box.index);
    assert.equal(await store.forget(path), true);
    store.close();
    assert.deepEqual([statements('CVE-1', 'CVE-4'), box.sources()], [[], []]);
  });

  test('a statement that breaks its format is named, and the others count', async () => {
    const broken = JSON.parse(openVex(['CVE-1', 'CVE-2'], { justification: undefined })) as { statements: object[] };
    broken.statements.push(...(JSON.parse(openVex(['CVE-3'])) as { statements: object[] }).statements);
    const { source, refusals } = await box.sync(box.write('acme.json', JSON.stringify(broken)));
    assert.deepEqual([source.records, source.refused], [3, 2]);
    assert.deepEqual(refusals[0], {
      entry: 'statements.0',
      problem: 'not_affected needs a justification or an impact_statement',
    });
    assert.deepEqual([statements('CVE-1').length, statements('CVE-3').length], [0, 1]);
  });

  test('half of a document is none, and takes nothing away', async () => {
    const path = box.write('acme.json', openVex(['CVE-1']));
    await box.sync(path);
    box.write('acme.json', openVex(['CVE-2']).slice(0, -10));
    const half = await box.sync(path);
    assert.match(half.problem ?? '', /not JSON/);
    assert.deepEqual([half.removed, half.source.isComplete], [0, false]);
    assert.equal(statements('CVE-1').length, 1);
    const many = zip([
      { name: 'a.json', text: openVex(['CVE-5']) },
      { name: 'b.json', text: openVex(['CVE-6']).slice(0, -10) },
    ]);
    const archive = await box.sync(box.write('vex.zip', many));
    assert.deepEqual([archive.source.refused, archive.refusals[0]?.entry], [1, 'b.json']);
    await box.sync(box.write('vex.zip', many.subarray(0, many.length - 30)));
    assert.equal(box.sources().find(({ origin }) => origin.endsWith('vex.zip'))?.isComplete, false);
    assert.equal(statements('CVE-5').length, 1);
    const huge = `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [${' '.repeat(20_000_000)}]}`;
    assert.match((await box.sync(box.write('huge.json', huge))).problem ?? '', /larger than/);
  });

  test('advisories and documents are sources of their own', async () => {
    mkdirSync(join(box.path, 'mixed'));
    const modified = '2026-01-02T03:04:05Z';
    box.write('mixed/a.json', openVex(['CVE-1']));
    box.write('mixed/b.json', JSON.stringify({ id: 'PYSEC-1', modified }));
    const { source, refusals } = await box.sync(join(box.path, 'mixed'));
    assert.deepEqual([source.kind, source.records, source.refused], ['osv', 2, 1]);
    assert.match(refusals[0]?.problem ?? '', /a VEX document among advisories/);
    assert.deepEqual(statements('CVE-1'), []);
    // That an advisory speaks of such documents makes it none.
    const details = `{"@context": "https://openvex.dev/ns/v0.2.0", "bomFormat": "CycloneDX"}`;
    const lines = await box.sync(box.write('lines.jsonl', JSON.stringify({ id: 'PYSEC-2', modified, details })));
    assert.deepEqual([lines.source.kind, lines.source.refused], ['osv', 0]);
  });

  test('many statements and many questions are one question', async (context) => {
    const names = Array.from({ length: MANY }, (_, number) => `CVE-2026-${String(number)}`);
    const started = performance.now();
    const { source } = await box.sync(box.write('acme.json', openVex(names)));
    const readAt = performance.now();
    assert.equal(source.records, MANY);
    assert.equal(statements(...names).length, MANY);
    const askedAt = performance.now();
    context.diagnostic(JSON.stringify({ syncMs: Math.round(readAt - started), askMs: Math.round(askedAt - readAt) }));
    assert.ok(askedAt - started < MANY_MS);
  });
});
