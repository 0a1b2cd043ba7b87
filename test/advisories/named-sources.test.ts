/** A blueprint names where advisories come from: syncing reads them, and an audit says which were never read. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { type Ended, Folder, freehold } from '../cli/freehold.ts';

const report = z.object({
  blueprint: z.object({ digest: z.string() }),
  findings: z.array(z.object({ id: z.string(), outcome: z.string(), reason: z.string().optional() })),
});

const RECORD = JSON.stringify({
  id: 'PYSEC-1',
  modified: '2026-01-02T03:04:05Z',
  affected: [
    { package: { ecosystem: 'PyPI', name: 'a' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] },
  ],
});
const VEX = JSON.stringify({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'urn:acme:1',
  author: 'Acme',
  timestamp: '2026-01-02T03:04:05Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'PYSEC-1' },
      products: [{ '@id': 'pkg:pypi/a' }],
      status: 'not_affected',
      impact_statement: 'Nobody calls it.',
    },
  ],
});

suite('sources in a blueprint', () => {
  function run(folder: Folder, argv: readonly string[]): Ended {
    return freehold(['deps', ...argv, '--advisories', join(folder.path, 'index.sqlite')], { cwd: folder.path });
  }

  test('are read from the folder of the file that names them, and are unknown until then', () => {
    using folder = new Folder();
    for (const name of ['own', 'shared', 'project']) mkdirSync(join(folder.path, name));
    folder.write('project/requirements.txt', 'a==1.0\n');
    const advisories = folder.write('shared/osv.jsonl', RECORD);
    const vex = folder.write('shared/acme.openvex.json', VEX);
    const sources = '[osv.jsonl, ./acme.openvex.json]';
    folder.write('shared/base.yaml', `version: 1\ndependencies:\n  sources: ${sources}\n`);
    folder.write('own/freehold.yaml', 'version: 1\nextends: ../shared/base.yaml\n');
    const audit = ['audit', '-b', 'own/freehold.yaml', '--in', 'project', '-f', 'json'];
    const ids = (): readonly (readonly string[])[] =>
      report.parse(JSON.parse(run(folder, audit).stdout)).findings.map(({ id, outcome }) => [id, outcome]);
    assert.equal(run(folder, ['sync', '--from', 'shared/osv.jsonl']).code, 0);
    assert.deepEqual(ids(), [
      [`dependencies/advisories/${vex}`, 'unknown'],
      [`dependencies/advisories/${advisories}`, 'pass'],
      [`dependencies/vulnerability/PYSEC-1/PyPI/a${folder.path}/project/requirements.txt`, 'fail'],
    ]);
    const synced = run(folder, ['sync', '-b', 'own/freehold.yaml']);
    assert.deepEqual([synced.code, synced.stderr], [0, '']);
    assert.match(synced.stdout, /acme\.openvex\.json: 1 statement, the newest of 2026-01-02T03:04:05\.000Z; 1 new/);
    assert.deepEqual(ids(), [
      [`dependencies/advisories/${vex}`, 'pass'],
      [`dependencies/advisories/${advisories}`, 'pass'],
      [`dependencies/place${folder.path}/project/requirements.txt`, 'pass'],
      [`dependencies/vulnerability/PYSEC-1/PyPI/a${folder.path}/project/requirements.txt`, 'not-applicable'],
    ]);
    assert.equal(run(folder, ['audit', '-b', 'own/freehold.yaml', '--in', 'project']).code, 0);
  });

  test('a blueprint that names none, or one that nobody may see, is refused', () => {
    using folder = new Folder();
    folder.write('none.yaml', 'version: 1\ndependencies: {}\n');
    const none = run(folder, ['sync', '-b', 'none.yaml']);
    assert.deepEqual([none.code, /names no sources of advisories/.test(none.stderr)], [2, true]);
    for (const source of ['https://me:secret@example.org/all.zip', 'https:///me:secret@example.org/', '"a\\u001bb"']) {
      folder.write('bad.yaml', `version: 1\ndependencies:\n  sources: [${source}]\n`);
      const bad = run(folder, ['sync', '-b', 'bad.yaml']);
      assert.equal(bad.code, 2, source);
      assert.match(bad.stderr, /dependencies\.sources/);
    }
    folder.write('missing.yaml', 'version: 1\ndependencies:\n  sources: [nowhere.zip]\n');
    const missing = run(folder, ['sync', '-b', 'missing.yaml']);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /nowhere\.zip can't be read: there is no such file/);
  });
});
