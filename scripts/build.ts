import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import * as esbuild from 'esbuild';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const PROGRAM = 'freehold.js';
const EXECUTABLE_MODE = 0o755;
const BYTES_PER_KIB = 1024;
/** What `src/core/assets.ts` finds beside the bundle, under the same path as in the package. */
const ASSETS = [
  'presets/**/*.yaml',
  'presets/apparmor/**/freehold-*',
  'presets/libreoffice/*.xcd',
  'src/**/*.{yaml,sh,css,svg}',
  'src/report/**/*.browser.js',
];
/** The bundle's own licence notices: bundled packages ask for theirs to stay with every copy. */
const NOTICES = 'THIRD-PARTY-LICENSES.txt';
/** Packages of the CommonJS kind ask for Node's modules by `require`, which an ES module doesn't have. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Freehold speaks English; the other 50 languages of zod's messages would be a third of the bundle. */
const onlyEnglishMessages: esbuild.Plugin = {
  name: 'only-english-messages',
  setup(builder) {
    let wasApplied = false;
    builder.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => {
      wasApplied = true;
      return { contents: "export { default as en } from './en.js';" };
    });
    builder.onEnd(() =>
      wasApplied ? {} : { errors: [{ text: "zod's messages are no longer where scripts/build.ts expects them" }] },
    );
  },
};

/** Builds the program that is published into a folder, which is emptied first. */
export async function build(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const bundled = await bundle(folder);
  copyAssets(join(folder, 'assets'));
  writeFileSync(join(folder, NOTICES), notices(bundled));
}

/** Answers the folders of the packages that went into the bundle, sorted. */
async function bundle(folder: string): Promise<readonly string[]> {
  const program = join(folder, PROGRAM);
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { freehold: 'src/cli/main.ts', ...workers() },
    outdir: folder,
    bundle: true,
    // A command loads its own part only, and all parts lie flat so that each finds `assets` beside it.
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: { js: REQUIRE },
    plugins: [onlyEnglishMessages],
    // Names stay, so that the stack in a bug report can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const text = readFileSync(program, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(program, `#!/usr/bin/env node\n${text}`);
  chmodSync(program, EXECUTABLE_MODE);
  const packages = Object.keys(metafile.inputs).map(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  );
  return [...new Set(packages.filter((path) => path !== undefined))].sort();
}

/** Threads begin with a file of their own: `src/core/assets.ts` finds it beside the bundle by its name. */
function workers(): Readonly<Record<string, string>> {
  const paths = globSync('src/**/*-worker.ts', { cwd: ROOT });
  const named = Object.fromEntries(paths.map((path) => [basename(path, '.ts'), path]));
  assert.equal(Object.keys(named).length, paths.length, 'two workers have the same name');
  return named;
}

function copyAssets(folder: string): void {
  for (const path of globSync(ASSETS, { cwd: ROOT, exclude: ['**/fixtures/**'] })) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, path), target);
    if (path.endsWith('.yaml')) writeFileSync(`${target}.json`, compiled(path));
  }
}

/** The same data as JSON. Throws where JSON can't say what the YAML says (dates, infinity, maps with other keys). */
function compiled(path: string): string {
  const data: unknown = parse(readFileSync(join(ROOT, path), 'utf8'));
  const text = JSON.stringify(data);
  assert.deepStrictEqual(JSON.parse(text), data, `${path} holds data that JSON can't carry`);
  return text;
}

function notices(packages: readonly string[]): string {
  const parts = packages.map((folder) => {
    const text = licenceText(folder) ?? licenceText(packages.find((other) => isOneWork(folder, other)));
    if (text === undefined) throw new Error(`${folder} is bundled but has no licence text to pass on`);
    return `${identity(manifestOf(folder))}\n\n${text}\n`;
  });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `Freehold's program contains the following packages.\n${rule}${parts.join(rule)}`;
}

function licenceText(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const file = readdirSync(join(ROOT, folder)).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? undefined : readFileSync(join(ROOT, folder, file), 'utf8').trim();
}

/** Packages that are published from one repository under one licence; some of them forget its text. */
function isOneWork(folder: string, other: string): boolean {
  const work = workOf(folder);
  return work !== undefined && work === workOf(other) && licenceText(other) !== undefined;
}

function workOf(folder: string): string | undefined {
  const { license, repository } = manifestOf(folder);
  const isKnown = typeof repository === 'object' && repository !== null && 'url' in repository;
  return isKnown && typeof license === 'string' ? `${license} ${String(repository.url)}` : undefined;
}

function manifestOf(folder: string): Readonly<Record<string, unknown>> {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  assert(typeof manifest === 'object' && manifest !== null);
  return { ...manifest };
}

function identity({ name, version }: Readonly<Record<string, unknown>>): string {
  assert(typeof name === 'string' && typeof version === 'string');
  return `${name} ${version}`;
}

if (import.meta.main) {
  const folder = join(ROOT, 'dist');
  await build(folder);
  const sizes = globSync('*.js', { cwd: folder }).map((name) => readFileSync(join(folder, name)).length);
  const sizeKib = Math.round(sizes.reduce((sum, size) => sum + size, 0) / BYTES_PER_KIB);
  assert(existsSync(join(folder, PROGRAM)));
  process.stdout.write(`dist/${PROGRAM} and ${String(sizes.length - 1)} parts: ${String(sizeKib)} KiB\n`);
}
