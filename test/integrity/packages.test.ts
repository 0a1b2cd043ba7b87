/** Files of packages deviate for us exactly where they do for dpkg --verify and debsums. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { observeIntegrity } from '../../src/controls/integrity/observe.ts';
import { observePackages } from '../../src/controls/integrity/packages/observe.ts';
import { observeDpkg } from '../../src/controls/integrity/dpkg/observe.ts';
import { integrityPolicy } from '../../src/controls/integrity/policy.ts';
import type { ComparedPackage, Deviation, PackagesState } from '../../src/controls/integrity/packages/state.ts';
import type { Host } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { makeDpkgTree } from './dpkg-tree.ts';

const TREES = 12;
const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
/** debsums asks dpkg for every changed file: whole machines take it minutes. */
const SAMPLE = 60;
const ODD = ['with space', 'back\\slash', 'ä€', '"quote\'', '-dash', '*', '$(x)', 'tab\there'];
/** debsums gives names to a shell, and to dpkg as patterns. */
const FOR_A_SHELL = ['with space', 'ä€', '-dash'];

function whyNot(...programs: readonly string[]): string | false {
  const absent = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return absent.length > 0 && `LEFT OUT: ${absent.join(', ')} not installed`;
}

function say(argv: readonly string[]): string {
  const [program = '', ...rest] = argv;
  const { stdout, stderr, error } = spawnSync(program, rest, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: OUTPUT_LIMIT_BYTES,
  });
  if (error !== undefined) throw error;
  return `${stdout}${stderr}`;
}

/** `MARKS PATH`: as dpkg prints it, whether the digest differs and whether it is no file. */
function dpkgSays(root: string): readonly string[] {
  return say(['dpkg', `--root=${root}`, '--verify'])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, marks = '', path = ''] = /^(missing|\?[?M.][?5.]\?{6}) +(?:c )?(\/.*?)(?: \(.*\))?$/.exec(line) ?? [];
      assert.notEqual(path, '', line);
      return `${marks.replaceAll(/[?.]/g, '')} ${path}`;
    })
    .toSorted();
}

const MARKS: Readonly<Record<Deviation['kind'], string>> = {
  changed: '5',
  linked: 'M',
  replaced: 'M',
  missing: 'missing',
};

function packagesOf(state: PackagesState | undefined): readonly ComparedPackage[] {
  assert.equal(state?.kind, 'compared', JSON.stringify(state));
  return state.packages;
}

/** dpkg knows nothing of files that were left out on purpose. */
function asDpkg(packages: readonly ComparedPackage[]): readonly string[] {
  const all = packages.flatMap(({ deviations, conffiles }) => [...deviations, ...conffiles]);
  const marks = (one: Deviation): string => (one.kind === 'changed' && one.isSymlink ? 'M5' : MARKS[one.kind]);
  return [...new Set(all.map((one) => `${marks(one)} ${one.path}`))].toSorted();
}

function debsumsSays(argv: readonly string[]): readonly string[] {
  return say(['debsums', '--all', '--silent', ...argv])
    .split('\n')
    .flatMap((line) => {
      if (line === '' || / no md5sums for /.test(line)) return [];
      const [, changed, missing, odd] =
        /^debsums: (?:changed file (.*) \(from |missing file (.*) \(from |can't (?:check|open) \S+ file (.*) \()/.exec(
          line,
        ) ?? [];
      const path = changed ?? missing ?? odd;
      assert.ok(path !== undefined, line);
      return [`${changed === undefined ? 'gone' : 'changed'} ${path}`];
    })
    .toSorted();
}

/** debsums follows links, and doesn't ask for what has no digest. */
function asDebsums(
  packages: readonly ComparedPackage[],
  digested: (one: ComparedPackage) => ReadonlySet<string>,
): readonly string[] {
  return packages
    .flatMap((one) => {
      const known = digested(one);
      return [...one.deviations, ...one.conffiles].flatMap((deviation) => {
        if (deviation.kind === 'linked' || !known.has(deviation.path)) return [];
        // A link that leads nowhere is as good as nothing to it, and what was left out may be missing.
        const isDangling = deviation.kind === 'replaced' && deviation.by === 'symlink';
        if (isDangling && /^\/usr\/share\/doc\/[^0]*$/.test(deviation.path)) return [];
        return [`${deviation.kind === 'changed' ? 'changed' : 'gone'} ${deviation.path}`];
      });
    })
    .toSorted();
}

async function within<Result>(host: Host, work: (host: Host) => Promise<Result>): Promise<Result> {
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

async function digestedPaths(host: Host): Promise<(one: ComparedPackage) => ReadonlySet<string>> {
  const dpkg = await observeDpkg(host);
  assert(dpkg.kind === 'database');
  const places = new Map(
    dpkg.packages.map((one) => [
      one.label,
      new Set([
        ...(one.sums?.files ?? []).map(({ path }) => dpkg.diversions.get(path)?.to ?? path),
        ...one.conffiles.map(({ path }) => dpkg.diversions.get(path)?.to ?? path),
      ]),
    ]),
  );
  return (one) => places.get(one.label) ?? new Set();
}

function inTree(seed: number, hasFolders: boolean, work: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'freehold-dpkg-'));
  makeDpkgTree(root, { seed, hasFolders, names: hasFolders ? FOR_A_SHELL : ODD });
  return work(root).finally(() => {
    rmSync(root, { recursive: true });
  });
}

suite('trees that were made up', () => {
  test('deviate as for dpkg --verify', { skip: whyNot('dpkg') }, async () => {
    let count = 0;
    for (let seed = 1; seed <= TREES; seed += 1) {
      await inTree(seed, false, async (root) => {
        // dpkg names what path-exclude has left out as missing, since it doesn't read that of another root.
        rmSync(join(root, 'etc/dpkg/dpkg.cfg.d/excludes'));
        const state = await within(await openImage(root), (host) => observePackages(host, observeDpkg(host)));
        // dpkg has no digest of what was diverted: it asks for that by the new name.
        const ours = asDpkg(packagesOf(state)).filter((line) => !/^M?5? .*\.elsewhere$/.test(line));
        assert.deepEqual(ours, dpkgSays(root), `seed ${String(seed)}`);
        count += ours.length;
      });
    }
    assert.ok(count > TREES, 'something deviates in these trees');
  });

  test('deviate as for debsums --all', { skip: whyNot('debsums') }, async () => {
    let count = 0;
    for (let seed = 1; seed <= TREES; seed += 1) {
      await inTree(seed, true, async (root) => {
        const [state, digested] = await within(
          await openImage(root),
          async (host) => [await observePackages(host, observeDpkg(host)), await digestedPaths(host)] as const,
        );
        // Whose a changed file is debsums asks dpkg by its new name, and believes that it is nobody's.
        const ours = asDebsums(packagesOf(state), digested).filter((line) => !/^changed .*\.elsewhere$/.test(line));
        const theirs = debsumsSays([`--root=${root}`]).map((line) => line.replace(root, ''));
        assert.deepEqual(ours, theirs, `seed ${String(seed)}`);
        count += ours.length;
      });
    }
    assert.ok(count > TREES, 'something deviates in these trees');
  });
});

const skip = existsSync('/var/lib/dpkg/status') ? whyNot('dpkg') : 'LEFT OUT: nothing is installed by dpkg here';

suite('this machine', { skip }, () => {
  test('deviates as for dpkg --verify, and where its first packages do for debsums', async (context) => {
    const { packages: state } = await observeIntegrity(
      openLocalHost(),
      integrityPolicy.parse({ packages: {} }),
      new Date(),
    );
    const packages = packagesOf(state);
    assert.deepEqual(asDpkg(packages), dpkgSays('/'));
    if (whyNot('debsums') !== false) {
      context.diagnostic('LEFT OUT: debsums not installed');
      return;
    }
    const sample = packages.filter(({ hasNoList }) => !hasNoList).slice(0, SAMPLE);
    const digested = await digestedPaths(openLocalHost());
    assert.deepEqual(asDebsums(sample, digested), debsumsSays(sample.map(({ label }) => label)));
  });
});
