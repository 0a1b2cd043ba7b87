import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import test, { after, before, suite } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { EXIT } from '../../src/core/error.ts';
import { build } from '../../scripts/build.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MAX_PACKED_BYTES = 2_000_000;
const OWNER_EXECUTES = 0o100;
const TIMEOUT_MS = 30_000;
/** Enough for a thread to be worth its start: src/verification/digests.ts. */
const LARGE_BYTES = 16 * 1024 * 1024;

const manifestSchema = z.looseObject({ version: z.string(), bin: z.record(z.string(), z.string()) });
const packSchema = z.tuple([
  z.object({ size: z.number(), filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
]);

/** What npm puts in beside `files`, whatever a package says. */
const NPM_ADDS = ['LICENSE', 'README.md', 'package.json'];
const ASSET =
  /^dist\/assets\/(?:(?:presets|src)\/.+\.(?:yaml|yaml\.json|sh|css|svg|browser\.js)|presets\/apparmor\/(?:\w+\/)?freehold-[\w-]+|presets\/libreoffice\/\w+\.xcd)$/;
const SCHEMA = /^schema\/[\w.-]+\.schema\.json$/;
const PART = /^dist\/[\w.-]+\.js$/;

suite('the published package', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'freehold-package-'));
  const folder = join(scratch, 'source');
  const installed = join(scratch, 'package');
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  let pack: z.output<typeof packSchema>[0];

  before(async () => {
    mkdirSync(folder);
    await build(join(folder, 'dist'));
    for (const name of [...NPM_ADDS, 'schema'])
      if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    // What must not be published, even when it lies there.
    cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(ROOT, 'test'), join(folder, 'test'), { recursive: true });
    const options = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--offline'];
    const output = execFileSync('npm', options, { cwd: folder, encoding: 'utf8', timeout: TIMEOUT_MS });
    [pack] = packSchema.parse(JSON.parse(output));
    execFileSync('tar', ['-xzf', join(folder, pack.filename), '-C', scratch]);
  });

  after(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  test('holds the program, its data and its licences, and nothing else', () => {
    const paths = pack.files.map(({ path }) => path);
    const known = new Set([...NPM_ADDS, 'dist/freehold.js', 'dist/THIRD-PARTY-LICENSES.txt']);
    const strangers = paths.filter(
      (path) => !known.has(path) && ![ASSET, PART, SCHEMA].some((pattern) => pattern.test(path)),
    );
    assert.deepEqual(strangers, []);
    for (const path of ['LICENSE', 'package.json', 'dist/freehold.js', 'dist/THIRD-PARTY-LICENSES.txt']) {
      assert(paths.includes(path), `${path} is missing`);
    }
    assert(pack.size < MAX_PACKED_BYTES, `${String(pack.size)} bytes`);
  });

  test('holds every data file under the path that the program looks for, YAML also as equal JSON', () => {
    const patterns = [
      'presets/**/*.yaml',
      'presets/{apparmor/**/freehold-*,libreoffice/*.xcd}',
      'src/**/*.{yaml,sh,css,svg,browser.js}',
    ];
    const assets = globSync(patterns, { cwd: ROOT, exclude: ['**/fixtures/**'] });
    assert(assets.includes('presets/apparmor/freehold-libreoffice'));
    for (const path of assets) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const copy = join(installed, 'dist', 'assets', path);
      assert.equal(readFileSync(copy, 'utf8'), text);
      if (path.endsWith('.yaml')) assert.deepEqual(JSON.parse(readFileSync(`${copy}.json`, 'utf8')), parse(text));
    }
  });

  test('names a program that exists and may be run', () => {
    for (const path of Object.values(manifest.bin)) {
      const program = join(installed, path);
      assert(statSync(program).mode & OWNER_EXECUTES);
      assert.match(readFileSync(program, 'utf8'), /^#!\/usr\/bin\/env node\n/);
    }
  });

  test('runs alone: no node_modules, no sources', () => {
    assert(!existsSync(join(installed, 'node_modules')));
    const program = join(installed, 'dist', 'freehold.js');
    const result = spawnSync(process.execPath, [program, '--version'], {
      cwd: scratch,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    });
    assert.equal(result.stderr, '');
    assert.equal(result.stdout.trim(), manifest.version);
    assert.equal(result.status, 0);
  });

  test('digests a large file on a thread of its own, which is beside it', () => {
    const content = Buffer.alloc(LARGE_BYTES, 'freehold');
    writeFileSync(join(scratch, 'large'), content);
    const lines = ['sha512', 'sha256'].map((hash) => `${createHash(hash).update(content).digest('hex')}  large\n`);
    writeFileSync(join(scratch, 'checksums.txt'), lines.join(''));
    const program = join(installed, 'dist', 'freehold.js');
    const result = spawnSync(process.execPath, [program, 'verify', 'large'], {
      cwd: scratch,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    });
    assert.equal(result.stderr, '');
    assert.match(result.stdout, /^unverifiable {2}large: it matches checksums\.txt:1, .*it matches checksums\.txt:2,/);
    assert.equal(result.status, EXIT.unverifiable);
  });

  test('asks npm to install nothing with it', () => {
    assert.equal(manifest['dependencies'], undefined);
    assert.equal(manifest['optionalDependencies'], undefined);
  });

  test('passes on the licence of each package that is inside the program', () => {
    const notices = readFileSync(join(installed, 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'yaml', 'zod']) assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
  });
});
