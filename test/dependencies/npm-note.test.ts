/** npm's note of what is installed is believed only as far as it is true. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freehold } from '../cli/freehold.ts';
import { recordsOf } from './wheels.ts';

test('a note that npm wrote without installing anything does not make an old package new', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-note-'));
  try {
    const modules = join(folder, 'web', 'node_modules');
    for (const name of ['leaf', '@scope/calm']) {
      mkdirSync(join(modules, name), { recursive: true });
      writeFileSync(join(modules, name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
    }
    const packages = { 'node_modules/leaf': { version: '1.1.0' }, 'node_modules/@scope/calm': { version: '1.1.0' } };
    writeFileSync(join(modules, '.package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
    const records = join(folder, 'records.jsonl');
    const names = ['leaf', '@scope/calm'];
    writeFileSync(
      records,
      recordsOf(names.map((name) => ({ id: `CVE-2026-${name}`, ecosystem: 'npm', name, fixed: '1.1.0' }))),
    );
    const index = join(folder, 'index.sqlite');
    assert.equal(freehold(['deps', 'sync', '--advisories', index, '--from', records], { cwd: folder }).code, 0);
    const audit = freehold(['deps', 'audit', '--advisories', index, '--in', folder], { cwd: folder });
    assert.equal(audit.code, 1, audit.stdout);
    for (const name of names) assert.ok(audit.stdout.includes(`${name} 1.0.0: CVE-2026-${name}`), audit.stdout);
    writeFileSync(join(modules, 'leaf', 'package.json'), '{');
    const damaged = freehold(['deps', 'audit', '--advisories', index, '--in', folder], { cwd: folder });
    assert.match(damaged.stdout, /unknown\s+Packages in .*node_modules/);
    assert.doesNotMatch(damaged.stdout, /leaf 1\.0\.0/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
