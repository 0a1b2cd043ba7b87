/** Vulnerable packages of a real project are upgraded by its own package manager, from a registry on loopback. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { type Ended, freehold, freeholdArgv } from '../cli/freehold.ts';
import { type NpmPackage, NpmRegistry } from './npm-registry.ts';
import { ownRuns, whyNoOwnRuns } from './own-runs.ts';
import { recordsOf } from './wheels.ts';

const LIMIT_MS = 180_000;

const PACKAGES: readonly NpmPackage[] = [
  { name: 'leaf', version: '1.0.5' },
  { name: 'leaf', version: '1.1.0' },
  { name: 'old', version: '1.0.0' },
  { name: 'old', version: '1.0.1' },
  { name: 'old', version: '2.0.0' },
  { name: 'mid', version: '1.0.0', dependencies: { leaf: '~1.0.0', stuck: '1.0.0' } },
  { name: 'mid', version: '1.2.0', dependencies: { leaf: '^1.1.0', stuck: '1.0.0' } },
  { name: 'stuck', version: '1.0.0' },
  { name: 'stuck', version: '1.0.1' },
  { name: 'major', version: '1.0.0' },
  { name: 'major', version: '2.0.0' },
  { name: '@scope/calm', version: '1.0.0' },
  { name: '@scope/calm', version: '1.0.9' },
];
const RECORDS = recordsOf([
  { id: 'CVE-2026-0011', ecosystem: 'npm', name: 'leaf', fixed: '1.1.0' },
  { id: 'CVE-2026-0012', ecosystem: 'npm', name: 'old', fixed: '1.0.1' },
  { id: 'CVE-2026-0013', ecosystem: 'npm', name: 'stuck', fixed: '1.0.1' },
  { id: 'CVE-2026-0014', ecosystem: 'npm', name: 'major', fixed: '2.0.0' },
]);
/** Written as people write it: the blanks stay. */
const MANIFEST = `{
   "name": "web", "version": "1.0.0", "private": true,
   "dependencies": { "mid": "^1.0.0", "major": "^1.0.0",
      "old":   "1.0.0" },
   "devDependencies": { "@scope/calm": "~1.0.0" }
}
`;

interface Tool {
  readonly name: string;
  /** What npm's registry has it as; absent for what is on every machine with Node. */
  readonly from?: string;
  readonly lock: string;
  readonly settings: (registry: string) => Readonly<Record<string, string>>;
  readonly install: readonly string[];
  /** Whether there is a folder node_modules. */
  readonly isInFolder: boolean;
  /** Whether it writes package.json in its own order, whatever it is asked. */
  readonly sortsManifest?: boolean;
}

const NPMRC = (registry: string): Readonly<Record<string, string>> => ({ '.npmrc': `registry=${registry}\n` });
const TOOLS: readonly Tool[] = [
  {
    name: 'npm',
    lock: 'package-lock.json',
    settings: NPMRC,
    install: ['npm', 'install', '--no-audit'],
    isInFolder: true,
  },
  {
    name: 'pnpm',
    from: 'pnpm@10',
    lock: 'pnpm-lock.yaml',
    settings: NPMRC,
    install: ['pnpm', 'install', '--no-frozen-lockfile'],
    isInFolder: true,
  },
  {
    name: 'yarn 1',
    from: 'yarn@1',
    lock: 'yarn.lock',
    settings: (registry) => ({ '.yarnrc': `registry "${registry}"\n` }),
    install: ['yarn', 'install', '--non-interactive'],
    isInFolder: true,
  },
  {
    name: 'yarn 4',
    from: '@yarnpkg/cli-dist@4',
    lock: 'yarn.lock',
    settings: (registry) => ({
      '.yarnrc.yml': `npmRegistryServer: "${registry.slice(0, -1)}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nenableTelemetry: false\nenableGlobalCache: false\nglobalFolder: .yarn/global\n`,
      'yarn.lock': '',
    }),
    install: ['yarn', 'install', '--no-immutable'],
    isInFolder: false,
    sortsManifest: true,
  },
];

suite('deps fix in a Node project', { skip: whyNoOwnRuns() }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-fix-'));
  const registry = new NpmRegistry(PACKAGES);
  const index = join(folder, 'advisories.sqlite');
  let address = '';

  before(async () => {
    address = await registry.open();
    writeFileSync(join(folder, 'records.jsonl'), RECORDS);
    const synced = freehold(['deps', 'sync', '--advisories', index, '--from', join(folder, 'records.jsonl')], {
      cwd: folder,
    });
    assert.equal(synced.code, 0, synced.stderr);
  });
  after(() => {
    registry.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const tool of TOOLS) {
    test(`${tool.name}: the lock, the manifest and what is installed; back on a failing check`, async (context) => {
      const bin = toolIn(folder, tool);
      if (bin === undefined) {
        context.skip(`LEFT OUT: ${tool.from ?? ''} can't be had from the registry`);
        return;
      }
      const project = join(folder, tool.name.replace(' ', '-'));
      const run = runner(project, bin, folder);
      mkdirSync(project);
      for (const [name, text] of Object.entries(tool.settings(address))) writeFileSync(join(project, name), text);
      await makeOld(project, tool, run);
      const old = lookAt(project);
      const fix = (...more: readonly string[]): Promise<Ended> =>
        run(freeholdArgv(['deps', 'fix', '--advisories', index, '--in', project, '--yes', ...more]));
      const before = freehold(['deps', 'audit', '--advisories', index, '--in', project], { cwd: folder });
      assert.match(before.stdout, /leaf 1\.0\.5: CVE-2026-0011/);

      writeFileSync(join(folder, 'check.yaml'), 'version: 1\ndependencies:\n  checks:\n    - ["false"]\n');
      const failing = await fix('-b', join(folder, 'check.yaml'));
      assert.equal(failing.code, 3, failing.stdout + failing.stderr);
      assert.match(failing.stderr, /everything was taken back/);
      assert.equal(lookAt(project), old);

      const fixed = await fix();
      assert.equal(fixed.code, 1, fixed.stdout + fixed.stderr);
      const said = fixed.stdout.replace(/\s+/g, ' ');
      assert.match(said, new RegExp(`${tool.isInFolder ? '4' : '2'} findings mended`));
      assert.match(said, /1\.0\.1 would mend it, but no version of mid that fits the project/);
      assert.match(said, /asks for major \^1\.0\.0, and what mends it, 2\.0\.0, is incompatible/);
      const after = freehold(['deps', 'audit', '--advisories', index, '--in', project], { cwd: folder });
      assert.doesNotMatch(after.stdout, /CVE-2026-001[12]/);
      assert.match(after.stdout, /stuck 1\.0\.0: CVE-2026-0013/);
      // What nothing is known against stays where it is, although newer versions fit.
      assert.match(readFileSync(join(project, tool.lock), 'utf8'), /calm[^]*1\.0\.0/);
      assert.doesNotMatch(readFileSync(join(project, tool.lock), 'utf8'), /1\.0\.9/);
      const manifest = readFileSync(join(project, 'package.json'), 'utf8');
      const wanted = MANIFEST.replace('"old":   "1.0.0"', '"old":   "1.0.1"');
      if (tool.sortsManifest === true) assert.deepEqual(JSON.parse(manifest), JSON.parse(wanted));
      else assert.equal(manifest, wanted);
      if (tool.isInFolder)
        assert.match(readFileSync(join(project, 'node_modules/old/package.json'), 'utf8'), /1\.0\.1/);

      assert.equal((await run(freeholdArgv(['rollback']))).code, 0);
      assert.equal(lookAt(project), old);
    });
  }

  test('npm: a project below with a lock of its own; what is for developing stays away; a lock that is ahead', async () => {
    const project = join(folder, 'outer');
    const tools = join(project, 'tools');
    mkdirSync(tools, { recursive: true });
    const run = runner(project, '', join(folder, 'state'));
    for (const [at, more] of [
      [project, ['--omit=dev']],
      [tools, []],
    ] as const) {
      writeFileSync(join(at, '.npmrc'), `registry=${address}\n`);
      const manifest = (range: string): string =>
        JSON.stringify({ name: 'it', dependencies: { old: range }, devDependencies: { major: '1.0.0' } });
      writeFileSync(join(at, 'package.json'), manifest('1.0.0'));
      const first = await run(['npm', 'install', '--no-audit', `--prefix=${at}`, ...more]);
      assert.equal(first.code, 0, first.stderr);
      writeFileSync(join(at, 'package.json'), manifest('^1.0.0'));
      const lock = readFileSync(join(at, 'package-lock.json'), 'utf8');
      writeFileSync(join(at, 'package-lock.json'), lock.replace('"old": "1.0.0"', '"old": "^1.0.0"'));
    }
    const fix = (...more: readonly string[]): Promise<Ended> =>
      run(freeholdArgv(['deps', 'fix', '--advisories', index, '--in', project, '--yes', ...more]));
    const example = join(project, 'example.d');
    mkdirSync(example);
    writeFileSync(join(example, 'package.json'), '{"dependencies":{"old":"1.0.0"}}');
    const fixed = await fix();
    assert.equal(fixed.code, 1, fixed.stdout + fixed.stderr);
    assert.match(fixed.stdout, /4 findings mended/);
    assert.equal(readFileSync(join(example, 'package.json'), 'utf8'), '{"dependencies":{"old":"1.0.0"}}');
    const versionIn = (at: string): string => readFileSync(join(at, 'node_modules/old/package.json'), 'utf8');
    assert.match(versionIn(project), /1\.0\.1/);
    assert.match(versionIn(tools), /1\.0\.1/);
    assert.equal(existsSync(join(project, 'node_modules', 'major')), false);
    assert.equal(existsSync(join(tools, 'node_modules', 'major')), true);

    writeFileSync(join(project, 'node_modules/old/package.json'), '{"name":"old","version":"1.0.0"}');
    rmSync(join(project, 'node_modules/.package-lock.json'));
    const again = await fix();
    assert.match(again.stdout, /1 finding mended/, again.stdout + again.stderr);
    assert.match(versionIn(project), /1\.0\.1/);
  });
});

type Run = (argv: readonly string[]) => Promise<Ended>;

/** The folder with the tool's program; `undefined` where it can't be had. */
function toolIn(folder: string, { from, name }: Tool): string | undefined {
  if (from === undefined) return '';
  const own = join(folder, `tool-${name.replace(' ', '-')}`);
  mkdirSync(own);
  writeFileSync(join(own, 'package.json'), '{}');
  const result = spawnSync('npm', ['install', '--no-audit', '--no-fund', from], { cwd: own });
  return result.status === 0 ? join(own, 'node_modules', '.bin') : undefined;
}

/** Not synchronously: the registry answers from this very process. */
function runner(project: string, bin: string, folder: string): Run {
  const path = bin === '' ? process.env['PATH'] : `${bin}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: path, CI: undefined, npm_config_registry: undefined };
  return (argv) =>
    new Promise((resolve, reject) => {
      const [program = '', ...rest] = [...ownRuns(folder), ...argv];
      const child = spawn(program, rest, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });
      const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
      child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({
          code: code ?? -1,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
        });
      });
    });
}

/** A project that was locked when older versions were the newest ones. */
async function makeOld(project: string, { install, lock }: Tool, run: Run): Promise<void> {
  const pinned = MANIFEST.replaceAll(/[\^~]1/g, '1');
  writeFileSync(join(project, 'package.json'), pinned);
  const first = await run(install);
  assert.equal(first.code, 0, first.stdout + first.stderr);
  writeFileSync(join(project, 'package.json'), MANIFEST);
  const text = readFileSync(join(project, lock), 'utf8');
  writeFileSync(
    join(project, lock),
    text
      .replaceAll(/^("?(?:mid|major)@(?:npm:)?)(1\.0\.0)/gm, '$1^$2')
      .replaceAll(/^("?@scope\/calm@(?:npm:)?)(1\.0\.0)/gm, '$1~$2'),
  );
  const second = await run(install);
  assert.equal(second.code, 0, second.stdout + second.stderr);
  writeFileSync(join(project, 'package.json'), MANIFEST);
}

/** Every file but what programs keep there for themselves. */
function lookAt(project: string): string {
  const look = 'cd "$1" && find . -name .cache -prune -o -type f -exec sha256sum {} + | sort';
  return spawnSync('sh', ['-c', look, 'sh', project]).stdout.toString();
}
