/** Names are found alike by listing folders, by GNU find, by busybox find, and in an image. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { findByProgram } from '../../src/host/find/by-program.ts';
import type { FindQuestion, FindResult, Host } from '../../src/host/host.ts';
import { parseAddress } from '../../src/host/address.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { openHost } from '../../src/host/open.ts';

const RUNS = 60;
const hasBusybox = spawnSync('busybox', ['find', '--help']).status === 0;
const name = fc.constantFrom(
  'a',
  'b',
  '.c',
  'x.json',
  'y.json',
  'in side',
  '*',
  '[a]',
  '?',
  'line\nend',
  "it's",
  'ü',
  '\\',
);
const node: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, fc.constantFrom<'file' | 'link'>('file', 'link'), tie('tree')), {
    maxKeys: 4,
  }),
})).tree;
const pattern = fc.constantFrom('a', '*.json', 'x*', '*', '[a]', '?', '\\', 'line\nend', "it's", '*n*e*');

interface Tree {
  readonly [name: string]: Tree | 'file' | 'link';
}

const question = fc.record({
  names: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  closed: fc.array(
    fc.oneof(
      pattern,
      name.filter((one) => one !== '*').map((one) => `${one}/*`),
    ),
    { maxLength: 2 },
  ),
  without: fc.array(
    fc.array(name, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/')),
    { maxLength: 2 },
  ),
});

suite('finding names', () => {
  test('whoever looks finds the same', async () => {
    await fc.assert(
      fc.asyncProperty(node, question, async (tree, asked) => {
        const root = mkdtempSync(join(tmpdir(), 'freehold-find-'));
        try {
          // Without it, a folder is no image of a machine.
          grow(root, { ...tree, etc: {} });
          await compare(root, asked);
        } finally {
          rmSync(root, { recursive: true });
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('a link that the search begins with is followed, and no other', async () => {
    const root = mkdtempSync(join(tmpdir(), 'freehold-find-'));
    mkdirSync(join(root, 'real', 'x.json'), { recursive: true });
    symlinkSync('real', join(root, 'link'));
    symlinkSync('..', join(root, 'real', 'up'));
    const asked = { below: [join(root, 'link')], names: ['*.json'], closed: [], without: [] };
    const local = openLocalHost();
    const expected = { kind: 'found', paths: [join(root, 'link', 'x.json')], unlisted: [] };
    assert.deepEqual(await local.find(asked), expected);
    assert.deepEqual(await findByProgram((argv, options) => local.run(argv, options), asked), expected);
    rmSync(root, { recursive: true });
  });

  test('a folder that nobody may look into is named, and what is not there finds nothing', async () => {
    const root = mkdtempSync(join(tmpdir(), 'freehold-find-'));
    mkdirSync(join(root, 'closed', 'inside'), { recursive: true });
    const asked = { below: [join(root, 'closed'), join(root, 'missing')], names: ['*'], closed: [], without: [] };
    const denied: Host['run'] = () =>
      Promise.resolve({
        kind: 'exited',
        code: 1,
        stdout: Buffer.from(''),
        stderr: Buffer.from(`find: '${root}/closed': Permission denied\nfind: ${root}/it's: Permission denied\n`),
      });
    assert.deepEqual(await findByProgram(denied, asked), {
      kind: 'found',
      paths: [],
      unlisted: [`${root}/closed`, `${root}/it's`],
    });
    const failing = (code: number, stderr: string): Host['run'] => {
      return () => Promise.resolve({ kind: 'exited', code, stdout: Buffer.from(''), stderr: Buffer.from(stderr) });
    };
    const broken = await findByProgram(
      failing(1, `find: '/x/bad': Input/output error\nfind: /y: No such file or directory\n`),
      asked,
    );
    assert.deepEqual(broken, { kind: 'found', paths: [], unlisted: ['/x/bad'] });
    for (const run of [
      failing(1, 'find: unrecognized: -H\nusage\n'),
      failing(2, ''),
      failing(127, 'sh: find: not found\n'),
    ]) {
      assert.equal((await findByProgram(run, asked)).kind, 'unreadable');
    }
    const found = await openLocalHost().find(asked);
    assert.deepEqual(found, { kind: 'found', paths: [join(root, 'closed', 'inside')], unlisted: [] });
    rmSync(root, { recursive: true });
  });
});

function grow(folder: string, tree: Tree): void {
  for (const [key, value] of Object.entries(tree)) {
    const path = join(folder, key);
    if (value === 'file') writeFileSync(path, '');
    else if (value === 'link') symlinkSync('..', path);
    else {
      mkdirSync(path);
      grow(path, value);
    }
  }
}

async function compare(root: string, asked: Omit<FindQuestion, 'below'>): Promise<void> {
  const local = openLocalHost();
  const at = (base: string): FindQuestion => ({
    ...asked,
    below: [base],
    without: asked.without.map((path) => join(base, path)),
  });
  const expected = relative(root, await local.find(at(root)));
  const gnu = await findByProgram((argv, options) => local.run(argv, options), at(root));
  assert.deepEqual(relative(root, gnu), expected, 'GNU find');
  if (hasBusybox) {
    const busybox = await findByProgram((argv, options) => local.run(['busybox', ...argv], options), at(root));
    assert.deepEqual(relative(root, busybox), expected, 'busybox find');
  }
  const image = await openHost(parseAddress(`image:${root}`));
  assert.deepEqual(relative('', await image.find({ ...at('/'), below: ['/'] })), expected, 'image');
  await image.close();
}

function relative(root: string, result: FindResult): readonly string[] {
  assert.ok(result.kind === 'found', JSON.stringify(result));
  return result.paths.map((path) => path.slice(root.length));
}
