/** A document that is written here says the same when it is read here. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { type Ended, Folder, freehold } from '../cli/freehold.ts';

const audited = z.object({
  findings: z.array(z.object({ id: z.string(), outcome: z.string(), summary: z.string() })),
});
const written = z.object({ '@id': z.string(), statements: z.array(z.looseObject({ status: z.string() })) });

function record(id: string): string {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }];
  return JSON.stringify({
    id,
    modified: '2026-01-02T03:04:05Z',
    affected: [{ package: { ecosystem: 'PyPI', name: 'a' }, ranges }],
  });
}

const STATEMENT = {
  vulnerability: { name: 'CVE-2026-0001' },
  products: [{ '@id': 'pkg:generic/acme/server', subcomponents: [{ '@id': 'pkg:pypi/a' }] }],
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
};
const DOCUMENT = { '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'urn:acme:1', author: 'Acme', version: 1 };
const BLUEPRINT = `version: 1
dependencies:
  products:
    FOLDER/server: pkg:generic/acme/server@1.2
waivers:
  - finding: dependencies/vulnerability/CVE-2026-0002/**
    reason: Nobody reaches it.
    owner: A. Admin
    expires: 2099-12-31
`;

suite('deps vex', () => {
  test('keeps what is known, said and accepted, and says no more than was said', () => {
    using folder = new Folder();
    const run = (...argv: readonly string[]): Ended =>
      freehold(['deps', ...argv, '--advisories', join(folder.path, 'index.sqlite')], { cwd: folder.path });
    for (const name of ['server', 'other']) {
      mkdirSync(join(folder.path, name));
      folder.write(`${name}/requirements.txt`, 'a==1.0\n');
    }
    folder.write('osv.jsonl', ['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003'].map(record).join('\n'));
    const vex = { ...DOCUMENT, timestamp: '2026-01-02T03:04:05Z', statements: [STATEMENT] };
    folder.write('acme.openvex.json', JSON.stringify(vex));
    folder.write('freehold.yaml', BLUEPRINT.replace('FOLDER', folder.path));
    assert.equal(run('sync', '--from', 'osv.jsonl', '--from', 'acme.openvex.json').code, 0);
    const outcomes = (): readonly string[] => {
      const { findings } = audited.parse(JSON.parse(run('audit', '--in', '.', '-f', 'json').stdout));
      return findings
        .filter(({ id }) => id.startsWith('dependencies/vulnerability/'))
        .map(
          ({ id, outcome }) => `${id.slice('dependencies/vulnerability/'.length).replace(folder.path, '')} ${outcome}`,
        );
    };
    const before = outcomes();
    assert.deepEqual(before, [
      'CVE-2026-0001/PyPI/a/other/requirements.txt fail',
      'CVE-2026-0001/PyPI/a/server/requirements.txt not-applicable',
      'CVE-2026-0002/PyPI/a/other/requirements.txt waived',
      'CVE-2026-0002/PyPI/a/server/requirements.txt waived',
      'CVE-2026-0003/PyPI/a/other/requirements.txt fail',
      'CVE-2026-0003/PyPI/a/server/requirements.txt fail',
    ]);
    const ended = run('vex', '--in', '.', '--author', 'Us', '-o', 'own.openvex.json');
    assert.deepEqual([ended.code, ended.stderr], [0, '']);
    const own = written.parse(JSON.parse(readFileSync(join(folder.path, 'own.openvex.json'), 'utf8')));
    assert.deepEqual(own.statements.map(({ status }) => status).toSorted(), [
      'affected',
      'affected',
      'affected',
      'not_affected',
    ]);
    const again = written.parse(JSON.parse(run('vex', '--in', '.', '--author', 'Us').stdout));
    assert.equal(again['@id'], own['@id']);
    assert.equal(run('sync', '--forget', 'acme.openvex.json', '--from', 'own.openvex.json').code, 0);
    // Of one moment in one document, what is said of the package by itself is newer than what was said of it in the product.
    assert.deepEqual(
      outcomes(),
      before.map((line) => line.replace('server/requirements.txt not-applicable', 'server/requirements.txt fail')),
    );
  });

  test('says what it can not tell, and refuses what is no product', () => {
    using folder = new Folder();
    const run = (...argv: readonly string[]): Ended =>
      freehold(['deps', ...argv, '--advisories', join(folder.path, 'index.sqlite')], { cwd: folder.path });
    folder.write('requirements.txt', 'b==1.0\n-r missing.txt\n');
    assert.equal(run('vex', '--in', '.').code, 2);
    folder.write('osv.jsonl', record('CVE-2026-0001'));
    assert.equal(run('sync', '--from', 'osv.jsonl').code, 0);
    const nothing = run('vex', '--in', '.');
    assert.deepEqual([nothing.code, nothing.stdout], [0, '']);
    assert.match(nothing.stderr, /1 thing could not be read[^]*there is no document to write/);
    for (const product of ['acme', 'pkg:nothing', 'https://a b']) {
      assert.equal(run('vex', '--in', '.', '--product', product).code, 2, product);
    }
  });
});
