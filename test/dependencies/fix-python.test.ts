/** Vulnerable packages of a real virtual environment are upgraded by its own pip, from wheels that lie on this disk. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, suite, test } from 'node:test';
import { type Ended, freehold } from '../cli/freehold.ts';
import { ownRuns, whyNoOwnRuns } from './own-runs.ts';
import { recordsOf, type Wheel, writeWheel } from './wheels.ts';

const SOMEBODY = 12_345;
const LIMIT_MS = 120_000;

const WHEELS: readonly Wheel[] = [
  { name: 'acme-http', version: '1.0' },
  { name: 'acme-http', version: '1.1' },
  { name: 'acme-http', version: '2.0' },
  { name: 'acme-app', version: '1.0', requires: ['acme-http<1.1'] },
  { name: 'acme-app', version: '1.5', requires: ['acme-http>=1.1,<2', 'acme-new'] },
  { name: 'acme-app', version: '2.0', requires: ['acme-http>=1.1', 'acme-nowhere'] },
  { name: 'acme-new', version: '0.1' },
  { name: 'acme-held', version: '1.0' },
  { name: 'acme-held', version: '1.1' },
  { name: 'acme-holder', version: '1.0', requires: ['acme-held==1.0'] },
  { name: 'acme-lone', version: '1.0' },
  { name: 'acme-lone', version: '1.1' },
];
const RECORDS = recordsOf([
  { id: 'CVE-2026-0001', ecosystem: 'PyPI', name: 'acme-http', fixed: '1.1' },
  { id: 'CVE-2026-0002', ecosystem: 'PyPI', name: 'acme-held', fixed: '1.1' },
  { id: 'CVE-2026-0003', ecosystem: 'PyPI', name: 'acme-lone', fixed: '1.1' },
]);
const REQUIREMENTS = `# what the app needs
acme-app==1.0    # the whole point

acme-http == 1.0 ; python_version > "3.0"  # transport\r
acme-new>=0.1
`;

function whyNot(): string | false {
  const noRuns = whyNoOwnRuns();
  if (noRuns !== false) return noRuns;
  const venv = spawnSync('/usr/bin/python3', ['-c', 'import ensurepip, venv']);
  return venv.status === 0 ? false : 'LEFT OUT: no python3 with venv; install python3-venv';
}

suite('deps fix in a virtual environment', { skip: whyNot() }, () => {
  let folder = '';
  let [wheels, index, app, python] = ['', '', '', ''];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'freehold-fix-'));
    chmodSync(folder, 0o755);
    wheels = join(folder, 'wheels');
    mkdirSync(wheels);
    for (const wheel of WHEELS) writeWheel(wheels, wheel);
    index = join(folder, 'advisories.sqlite');
    writeFileSync(join(folder, 'records.jsonl'), RECORDS);
    const synced = freehold(['deps', 'sync', '--advisories', index, '--from', join(folder, 'records.jsonl')], {
      cwd: folder,
    });
    assert.equal(synced.code, 0, synced.stderr);
    chmodSync(index, 0o644);
    app = join(folder, 'app');
    python = join(app, '.venv', 'bin', 'python');
    mkdirSync(app);
    assert.equal(spawnSync('/usr/bin/python3', ['-m', 'venv', join(app, '.venv')]).status, 0);
    pip('install', '-q', 'acme-app==1.0');
    writeFileSync(join(app, 'requirements.txt'), REQUIREMENTS);
    // Its programs have their path written into them: it only works where it was made.
    spawnSync('cp', ['-a', app, join(folder, 'model')]);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    rmSync(app, { recursive: true, force: true });
    spawnSync('cp', ['-a', join(folder, 'model'), app]);
  });

  function environment(): readonly string[] {
    return ['env', 'PIP_NO_INDEX=1', `PIP_FIND_LINKS=${wheels}`, `XDG_STATE_HOME=${join(folder, 'state')}`];
  }

  function pip(...argv: readonly string[]): string {
    const [program = '', ...prefix] = environment();
    const result = spawnSync(program, [...prefix, python, '-m', 'pip', ...argv], { encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  }

  function fix(...more: readonly string[]): Ended {
    const argv = ['deps', 'fix', '--advisories', index, '--in', app, '--yes', ...more];
    return freehold(argv, { cwd: folder, prefix: [...ownRuns(folder), ...environment()], timeoutMs: LIMIT_MS });
  }

  function lookAt(): string {
    const look = 'find "$1" \\( -name __pycache__ -prune \\) -o -type f -exec sha256sum {} + | sort';
    return spawnSync('sh', ['-c', look, 'sh', app]).stdout.toString();
  }

  test('the least set of upgrades that fits together, in the environment and in the file beside it', () => {
    const result = fix();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /acme-app 1\.0 → 1\.5, acme-http\s+1\.0 → 1\.1, acme-new 0\.1/);
    assert.match(result.stdout, /2 findings mended/);
    assert.match(pip('freeze'), /acme-app==1\.5\nacme-http==1\.1\nacme-new==0\.1\n/);
    const wanted = REQUIREMENTS.replace('app==1.0', 'app==1.5').replace('http == 1.0', 'http == 1.1');
    assert.equal(readFileSync(join(app, 'requirements.txt'), 'utf8'), wanted);
    const again = freehold(['deps', 'audit', '--advisories', index, '--in', app], { cwd: folder });
    assert.equal(again.code, 0, again.stdout);
  });

  test('a check of the blueprint that fails takes everything back', () => {
    const old = lookAt();
    const blueprint = join(folder, 'check.yaml');
    const check = "[/bin/sh, -c, 'echo it does not start >&2; exit 1']";
    writeFileSync(blueprint, `version: 1\ndependencies:\n  checks:\n    - ${check}\n`);
    const result = fix('-b', blueprint);
    assert.equal(result.code, 3, result.stdout + result.stderr);
    assert.match(result.stderr, /everything was taken back: .*it does not start/s);
    assert.equal(lookAt(), old);
  });

  test('a dry run changes nothing, and rollback puts everything back', () => {
    const old = lookAt();
    const dry = fix('--dry-run');
    assert.equal(dry.code, 1, dry.stderr);
    assert.match(dry.stdout, /the same without --dry-run/);
    assert.equal(lookAt(), old);
    assert.equal(fix().code, 0);
    assert.notEqual(lookAt(), old);
    assert.equal(freehold(['rollback'], { cwd: folder, prefix: ownRuns(folder) }).code, 0);
    assert.equal(lookAt(), old);
  });

  test('what others of the environment hold back stays, with the reason, and the rest is mended', () => {
    pip('install', '-q', 'acme-holder==1.0');
    const result = fix();
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout, /pip finds no way to acme-held 1\.1: .*conflict/s);
    assert.match(pip('freeze'), /acme-held==1\.0\nacme-holder==1\.0\nacme-http==1\.1\n/);
  });

  test('what a waiver accepts is left as it is', () => {
    pip('install', '-q', 'acme-lone==1.0');
    const blueprint = join(folder, 'waiver.yaml');
    const waiver =
      "{ finding: 'dependencies/vulnerability/CVE-2026-0003/**', reason: why not, owner: me, expires: 2099-01-01 }";
    writeFileSync(blueprint, `version: 1\nextends: dependencies\nwaivers:\n  - ${waiver}\n`);
    const result = fix('-b', blueprint);
    assert.equal(result.code, 0, result.stdout + result.stderr);
    assert.match(pip('freeze'), /acme-http==1\.1\nacme-lone==1\.0\n/);
  });

  const noPip =
    spawnSync('python3', ['-m', 'pip', '--version']).status !== 0 && 'LEFT OUT: no pip; install python3-pip';
  test('a file without an environment is resolved by a pip of the machine', { skip: noPip }, () => {
    rmSync(join(app, '.venv'), { recursive: true });
    writeFileSync(join(app, 'requirements.txt'), 'acme-lone==1.0 # kept\nacme-held==1.0\nacme-holder==1.0\n');
    const result = fix();
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout, /pip finds no way to acme-held 1\.1/);
    const text = readFileSync(join(app, 'requirements.txt'), 'utf8');
    assert.equal(text, 'acme-lone==1.1 # kept\nacme-held==1.0\nacme-holder==1.0\n');
  });

  test('a Python without pip is said to be one', () => {
    rmSync(join(app, '.venv'), { recursive: true });
    writeFileSync(join(app, 'requirements.txt'), 'acme-lone==1.0\n');
    const bare = join(folder, 'bare');
    assert.equal(spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', bare]).status, 0);
    const argv = ['deps', 'fix', '--advisories', index, '--in', app, '--yes'];
    const prefix = [...environment(), `PATH=${join(bare, 'bin')}:/usr/bin:/bin`];
    const result = freehold(argv, { cwd: folder, prefix, timeoutMs: LIMIT_MS });
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stdout.replace(/\s+/g, ' '), /bare\/bin\/python3 has no pip to upgrade with/);
  });

  test('a file that two others name is left alone where it would have to say two things', () => {
    rmSync(join(app, '.venv'), { recursive: true });
    writeFileSync(join(app, 'base.txt'), 'acme-http==1.0\n');
    writeFileSync(join(app, 'requirements.txt'), '-r base.txt\n');
    writeFileSync(join(app, 'requirements-dev.txt'), '-r base.txt\nacme-http>=2\n');
    const result = fix();
    assert.equal(result.code, 1, result.stderr);
    assert.match(
      result.stdout.replace(/\s+/g, ' '),
      /base\.txt would have to say something else for .*requirements-dev/,
    );
    assert.equal(readFileSync(join(app, 'base.txt'), 'utf8'), 'acme-http==1.0\n');
    writeFileSync(join(app, 'requirements-dev.txt'), '-r base.txt\nacme-lone>=1\n');
    assert.equal(fix().code, 0);
    assert.equal(readFileSync(join(app, 'base.txt'), 'utf8'), 'acme-http==1.1\n');
  });

  test('an environment that is the project’s own folder goes back, and what a program writes there meanwhile stays', () => {
    rmSync(app, { recursive: true });
    assert.equal(spawnSync('/usr/bin/python3', ['-m', 'venv', app]).status, 0);
    python = join(app, 'bin', 'python');
    try {
      pip('install', '-q', 'acme-lone==1.0');
      writeFileSync(join(app, 'requirements.txt'), 'acme-lone==1.0\n');
      const old = lookAt();
      const blueprint = join(folder, 'failing.yaml');
      writeFileSync(
        blueprint,
        `version: 1\ndependencies:\n  checks:\n    - [sh, -c, "echo meanwhile >>$1 && false", sh, ${JSON.stringify(join(app, 'app.log'))}]\n`,
      );
      const result = fix('-b', blueprint);
      assert.match(result.stderr, /everything was taken back/, result.stdout);
      assert.equal(readFileSync(join(app, 'app.log'), 'utf8'), 'meanwhile\n');
      rmSync(join(app, 'app.log'));
      assert.equal(lookAt(), old);
    } finally {
      python = join(app, '.venv', 'bin', 'python');
    }
  });

  test('nothing of an environment of somebody else is run by root; they mend it themselves', () => {
    spawnSync('chown', ['-R', `${String(SOMEBODY)}:${String(SOMEBODY)}`, app]);
    const witness = join(folder, 'witness');
    const [library = ''] = readdirSync(join(app, '.venv', 'lib'));
    const imported = join(app, '.venv', 'lib', library, 'site-packages', 'witness.pth');
    writeFileSync(imported, `import sys; open(${JSON.stringify(witness)}, 'w')\n`);
    const foreign = fix();
    assert.equal(foreign.code, 1, foreign.stderr);
    assert.match(foreign.stdout, /belongs to another user \(12345\): run Freehold as\s+that user/);
    assert.equal(existsSync(witness), false);
    rmSync(imported);
    const home = join(folder, 'home');
    mkdirSync(home);
    chownSync(home, SOMEBODY, SOMEBODY);
    const become = ['setpriv', '--reuid', String(SOMEBODY), '--regid', String(SOMEBODY), '--clear-groups'];
    const prefix = [...become, ...environment(), `HOME=${home}`, `XDG_STATE_HOME=${home}`];
    const argv = ['deps', 'fix', '--advisories', index, '--in', app, '--yes'];
    const own = freehold(argv, { cwd: folder, prefix, timeoutMs: LIMIT_MS });
    assert.equal(own.code, 0, own.stdout + own.stderr);
    assert.match(pip('freeze'), /acme-http==1\.1/);
    const runs = freehold(['runs'], { cwd: folder, prefix });
    assert.match(runs.stdout, /applied/);
    assert.equal(freehold(['rollback'], { cwd: folder, prefix }).code, 0);
    assert.match(pip('freeze'), /acme-http==1\.0/);
  });

  test('root runs no environment of its own that somebody else can write in', () => {
    const witness = join(folder, 'inner-witness');
    const [library = ''] = readdirSync(join(app, '.venv', 'lib'));
    const packages = join(app, '.venv', 'lib', library, 'site-packages');
    writeFileSync(join(packages, 'witness.pth'), `import sys; open(${JSON.stringify(witness)}, 'w')\n`);
    spawnSync('chown', ['-R', `${String(SOMEBODY)}:${String(SOMEBODY)}`, packages]);
    const foreign = fix();
    assert.equal(foreign.code, 1, foreign.stderr);
    assert.match(foreign.stdout.replace(/\s+/g, ' '), /site-packages belongs to another user, or others can change it/);
    assert.equal(existsSync(witness), false);
  });

  test('root asks for nothing that a file of somebody else’s says', () => {
    chownSync(join(app, 'requirements.txt'), SOMEBODY, SOMEBODY);
    const foreign = fix();
    assert.equal(foreign.code, 1, foreign.stderr);
    assert.match(foreign.stdout.replace(/\s+/g, ' '), /requirements\.txt belongs to another user \(12345\)/);
    assert.match(pip('freeze'), /acme-http==1\.0/);
  });
});
