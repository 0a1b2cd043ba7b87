/** What commands record, and what they say and end with where they can't. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { z } from 'zod';
import { type Ended, Folder, freehold, freeholdArgv } from '../cli/freehold.ts';

const BLUEPRINT = 'version: 1\nname: wish\nkernel:\n  sysctl:\n    kernel.sysrq: 0\n';

const runs = z.array(
  z.object({
    sequence: z.number(),
    subject: z.string(),
    predicate: z.object({
      command: z.string(),
      outcome: z.string(),
      blueprint: z.object({ name: z.string(), digest: z.string() }).optional(),
      summary: z.object({ outcomes: z.record(z.string(), z.number()) }).optional(),
    }),
  }),
);

const verification = z.object({
  trust: z.object({ minimumRsaBits: z.number() }),
  files: z.array(z.object({ path: z.string(), verdict: z.string() })),
  omittedFiles: z.number(),
});

/** A folder with a blueprint and its own evidence. */
class Scene extends Folder {
  readonly evidence: string = join(this.path, 'state', 'evidence');

  constructor() {
    super();
    this.write('freehold.yaml', BLUEPRINT);
  }

  run(...argv: readonly string[]): Ended {
    return freehold(argv, { cwd: this.path, prefix: ['env', `FREEHOLD_EVIDENCE=${this.evidence}`] });
  }

  runs(): z.output<typeof runs> {
    const { code, stdout, stderr } = this.run('evidence', 'list', '-f', 'json');
    assert.equal(code, 0, stderr);
    return runs.parse(JSON.parse(stdout));
  }
}

test('without keys nothing is recorded; where evidence is asked for nothing is begun', () => {
  using scene = new Scene();
  const plain = scene.run('audit', '-q');
  assert.equal(plain.stderr, '');
  const asked = scene.run('audit', '-q', '--evidence');
  assert.equal(asked.code, 3);
  assert.equal(asked.stdout, '');
  assert.match(asked.stderr, /There are no keys.*freehold keys init/s);
  assert.equal(scene.run('evidence', 'list').code, 3);
  assert.match(scene.run('keys', 'list').stdout, /no keys yet/);
});

test('audits are recorded, shown, verified and exported', () => {
  using scene = new Scene();
  assert.equal(scene.run('keys', 'init').code, 0);
  assert.equal(scene.run('keys', 'init').code, 2);
  const { stdout } = scene.run('audit', '-f', 'json');
  scene.run('audit', '-q', '--evidence');
  scene.run('audit', '-q', '--no-evidence');
  const [first, second, ...more] = scene.runs();
  assert.equal(more.length, 0);
  assert.deepEqual([first?.predicate.command, first?.predicate.outcome], ['audit', 'audited']);
  assert.equal(first?.predicate.blueprint?.name, 'wish');
  assert.equal(second?.sequence, 1);
  const signed: unknown = JSON.parse(scene.run('evidence', 'show', '0', '--report').stdout);
  assert.deepEqual(signed, JSON.parse(stdout), 'what was shown is what was signed');
  assert.match(scene.run('evidence', 'show').stdout, /^Entry 1: audit of /);
  const verified = scene.run('evidence', 'verify');
  assert.deepEqual([verified.code, verified.stdout.startsWith('Right: 2 entries and 2 reports')], [0, true]);
  assert.match(verified.stdout, /kept\s+elsewhere/);
  assert.equal(scene.run('evidence', 'export', '0').code, 0);
  assert.equal(scene.run('evidence', 'export', '0').code, 2, 'what is there is not replaced');
  assert.equal(scene.run('evidence', 'show', '2').code, 2);
  const key = join(scene.path, 'evidence-0', 'public.vkey');
  const checkpoint = join(scene.path, 'evidence-0', 'checkpoint');
  scene.run('audit', '-q');
  assert.equal(scene.run('evidence', 'verify', '--key', key, '--checkpoint', checkpoint).code, 0);
  scene.run('keys', 'init', '--force');
  const foreign = scene.run('evidence', 'verify', '--key', key);
  assert.equal(foreign.code, 1);
  assert.match(foreign.stdout, /WRONG \(checkpoint\)/);
});

test('what `verify` found is recorded, with those whose signatures counted', () => {
  using scene = new Scene();
  assert.equal(scene.run('keys', 'init').code, 0);
  scene.write('file', 'content\n');
  scene.write('SHA256SUMS', `${'0'.repeat(64)}  file\n`);
  scene.write('trust.yaml', 'minimumRsaBits: 3072\n');
  assert.equal(scene.run('verify', 'file', '--trust', 'trust.yaml', '--evidence').code, 1);
  assert.equal(scene.run('verify', 'file', '--trust', 'trust.yaml', '--no-evidence').code, 1);
  assert.deepEqual(
    scene.runs().map(({ predicate }) => [predicate.command, predicate.outcome]),
    [['verify', 'tampered']],
  );
  const report = verification.parse(JSON.parse(scene.run('evidence', 'show', '0', '--report').stdout));
  assert.deepEqual(report, {
    trust: { minimumRsaBits: 3072 },
    files: [{ path: 'file', verdict: 'tampered' }],
    omittedFiles: 0,
  });
});

test('a manipulated ledger ends with exit code 1, and nothing more is written to it', () => {
  using scene = new Scene();
  scene.run('keys', 'init');
  scene.run('audit', '-q');
  scene.run('audit', '-q');
  const entries = join(scene.evidence, 'ledger', 'entries.jsonl');
  const whole = readFileSync(entries, 'utf8');
  scene.write('state/evidence/ledger/entries.jsonl', whole.slice(whole.indexOf('\n') + 1));
  const verified = scene.run('evidence', 'verify');
  assert.equal(verified.code, 1);
  assert.match(verified.stdout, /WRONG \(missing-entries\)/);
  const audited = scene.run('audit', '-q');
  assert.match(audited.stderr, /no evidence of this run.*damaged or was\s+tampered with/s);
});

test('what can’t be recorded is said; where it was asked for it is a failure', () => {
  using scene = new Scene();
  scene.run('keys', 'init');
  const { code } = scene.run('audit', '-q', '--no-evidence');
  chmodSync(join(scene.evidence, 'key', 'private.pem'), 0o644);
  const plain = scene.run('audit', '-q');
  assert.equal(plain.code, code);
  assert.match(plain.stderr, /no evidence of this run.*0644.*chmod 600/s);
  const asked = scene.run('audit', '-q', '--evidence');
  assert.equal(asked.code, 3);
  assert.equal(asked.stdout, '', 'known before it is begun');
});

function whyNoTmpfs(): string | false {
  if (process.getuid?.() !== 0) return 'LEFT OUT: needs root to mount a small file system';
  return spawnSync('unshare', ['-m', 'true']).status === 0 ? false : 'LEFT OUT: no namespace of mounts here';
}

test('a full disk after the run: exit code 3 where evidence was asked for', { skip: whyNoTmpfs() }, () => {
  using scene = new Scene();
  const script = `mkdir "$1"; mount -t tmpfs -o size=64k tmpfs "$1"; shift
"$@" keys init >/dev/null || exit 98
dd if=/dev/zero of="\${FREEHOLD_EVIDENCE%/*}/filler" bs=4k 2>/dev/null
"$@" audit -q >/dev/null 2>&1; echo "plain $?"
"$@" audit -q --no-evidence >/dev/null 2>&1; echo "none $?"
"$@" audit -q --evidence >/dev/null; echo "asked $?"`;
  const folder = join(scene.path, 'state');
  const argv = ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', folder, ...freeholdArgv([])];
  const env = { ...process.env, FREEHOLD_EVIDENCE: scene.evidence, NO_COLOR: '1' };
  const { stdout, stderr } = spawnSync('unshare', argv, { cwd: scene.path, env, encoding: 'utf8' });
  const codes = new Map([...stdout.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, code]) => [name, code]));
  assert.equal(codes.get('asked'), '3', stdout + stderr);
  assert.equal(codes.get('plain'), codes.get('none'));
  assert.match(stderr, /There is no evidence of this run on local:\s.*ENOSPC/s);
});

test('of many machines each has its own entry, those that could not be looked at too', () => {
  using scene = new Scene();
  scene.run('keys', 'init');
  for (const name of ['a.fhr', 'b.fhr']) assert.equal(scene.run('record', '-o', name).code, 0);
  const { code } = scene.run('audit', 'a.fhr', 'b.fhr', 'absent.fhr', '-q', '--evidence');
  assert.equal(code, 3, 'one of them is not there');
  const outcomes = scene.runs().map(({ predicate }) => predicate.outcome);
  assert.deepEqual(outcomes.toSorted(), ['audited', 'audited', 'failed']);
  assert.equal(scene.run('evidence', 'verify').code, 0);
});

const TRANSACTION = `
mount -t tmpfs tmpfs /var/lib; mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc/sysctl.d
printf 'version: 1\\nname: wish\\nkernel:\\n  sysctl:\\n    net.ipv4.conf.all.accept_redirects: 0\\n' >freehold.yaml
sysctl -qw net.ipv4.conf.all.accept_redirects=1
"$@" keys init >/dev/null || exit 98
"$@" apply --yes --evidence >/dev/null 2>&1; echo "apply $?"
"$@" apply --yes --evidence >/dev/null 2>&1; echo "again $?"
"$@" rollback --evidence >/dev/null 2>&1; echo "rollback $?"
"$@" evidence verify
"$@" evidence list -f json >&2`;

test('changes and the way back are recorded', { skip: whyNoTmpfs() }, () => {
  using scene = new Scene();
  const argv = ['-m', '-n', '--propagation', 'private', 'sh', '-c', TRANSACTION, 'sh', ...freeholdArgv([])];
  const env = { ...process.env, FREEHOLD_EVIDENCE: scene.evidence };
  const { stdout, stderr } = spawnSync('unshare', argv, { cwd: scene.path, env, encoding: 'utf8' });
  assert.match(stdout, /^apply 0$/m, stdout + stderr);
  assert.match(stdout, /^again 0\nrollback 0\nRight: 3 entries/m);
  const recorded = runs.parse(JSON.parse(stderr));
  assert.deepEqual(
    recorded.map(({ predicate }) => [predicate.command, predicate.outcome]),
    [
      ['apply', 'changed'],
      ['apply', 'unchanged'],
      ['rollback', 'undone'],
    ],
  );
});
