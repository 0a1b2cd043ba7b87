/** The commands on baselines, as somebody types them. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { DIGEST_LIMIT_BYTES } from '../../src/host/host.ts';
import { type Ended, Folder, freehold } from '../cli/freehold.ts';

const whyNot = process.getuid?.() === 0 ? false : 'LEFT OUT: needs root to write a baseline';

test('a baseline from its key to its update', { skip: whyNot }, () => {
  using folder = new Folder();
  const at = (name: string): string => join(folder.path, name);
  const prefix = ['env', `FREEHOLD_EVIDENCE=${at('evidence')}`];
  const run = (...argv: readonly string[]): Ended => freehold(argv, { cwd: folder.path, prefix });
  const baseline = (command: string, ...argv: readonly string[]): Ended =>
    run('baseline', command, '-b', 'blueprint.yaml', ...argv);
  mkdirSync(at('tree'));
  writeFileSync(at('tree/file'), 'one\n');
  assert.equal(run('keys', 'init').code, 0);
  const pem = /-----BEGIN[^]*END PUBLIC KEY-----/.exec(run('keys', 'show').stdout)?.[0] ?? assert.fail('no key');
  const blueprint = {
    version: 1,
    integrity: {
      trust: { attestations: [{ key: pem, name: 'mine' }] },
      baseline: { trees: [at('tree')], store: at('store'), without: [] },
    },
  };
  writeFileSync(at('blueprint.yaml'), JSON.stringify(blueprint));

  assert.equal(baseline('check').code, 1, 'there is none yet');
  assert.equal(baseline('show').code, 3);
  const created = baseline('create');
  assert.equal(created.code, 0, created.stderr);
  assert.equal(created.stderr, '');
  assert.match(created.stdout, /2 paths as of /);
  assert.equal(baseline('check').code, 0);
  assert.match(baseline('show').stdout, /signed by: [0-9a-f]{64} \(mine\)/);
  assert.equal(baseline('create').code, 2, 'it was written over');

  writeFileSync(at('tree/file'), 'two\n');
  const checked = baseline('check', '--paranoid', '--format', 'json');
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /content changed/);
  const before = readFileSync(at('store/system.jsonl'));
  assert.equal(baseline('update', '--dry-run').code, 1);
  const asked = baseline('update');
  assert.equal(asked.code, 2, 'it was signed without anybody there to ask');
  assert.match(asked.stdout, /^~ .*tree\/file {2}content /m);
  assert.deepEqual(readFileSync(at('store/system.jsonl')), before);
  assert.equal(baseline('update', '--yes').code, 0);
  assert.equal(baseline('check').code, 0);

  writeFileSync(at('store/system.jsonl'), before);
  assert.equal(baseline('check').code, 1, 'an old list passed with a new signature');
  assert.equal(baseline('update', '--yes').code, 3, 'what nobody signed was taken on');
  assert.equal(baseline('create', '--force').code, 0);
  assert.equal(baseline('check').code, 0);

  // What can't be read is said by its name, and a name may steer a terminal.
  const hostile = at('tree/\u001B]0;title\u0007');
  writeFileSync(hostile, '');
  truncateSync(hostile, DIGEST_LIMIT_BYTES + 1);
  const warned = baseline('update', '--yes');
  assert.equal(warned.code, 0);
  assert.match(warned.stderr, /^warning: .*larger than/m);
  assert.doesNotMatch(warned.stderr, /[\u001B\u0007]/);
});
