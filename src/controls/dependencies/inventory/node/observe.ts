import { posix } from 'node:path';
import type { Host, ListResult, ReadResult } from '../../../../host/host.ts';
import type { Place } from '../../state.ts';
import type { InventoryProblem, Package } from '../package.ts';
import { installedPackage, type InstalledPackage } from './installed.ts';
import { nodePlace } from './installed-tree.ts';
import { parseHiddenLockfile } from './package-lock.ts';
import { parsePnpmLock } from './pnpm-lock.ts';

const LOCK_LIMIT_BYTES = 64 * 1024 * 1024;
const MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024;
/** node_modules in node_modules, and so on: npm makes them flat, so nobody comes near this. */
const DEPTH_MAX = 32;
const PACKAGES_MAX = 200_000;

/** https://docs.npmjs.com/cli/configuring-npm/package-lock-json, "Hidden Lockfiles"; pnpm's "current lockfile". */
const NOTES = [
  { name: '.package-lock.json', parse: parseHiddenLockfile },
  { name: '.pnpm/lock.yaml', parse: parsePnpmLock },
] as const;

/**
 * Reads what is installed in one folder node_modules: by the note that npm or pnpm keeps there, else by every package.json in it.
 * Below `.pnpm` lie packages of earlier times as well, which nothing leads to any more ("modulesCacheMaxAge" of pnpm's settings).
 */
export async function observeNodeModules(host: Host, folder: string): Promise<Place> {
  const notes = await Promise.all(
    NOTES.map(async ({ name, parse }) => {
      const path = `${folder}/${name}`;
      return { path, parse, result: await host.read(path, { limitBytes: LOCK_LIMIT_BYTES }) };
    }),
  );
  for (const { path, parse, result } of notes) {
    if (result.kind === 'content') return { kind: 'node-modules', path: folder, ...parse(textOf(result), path) };
  }
  const walk = new Walk(host);
  await walk.modules(folder, 0);
  return nodePlace(folder, walk.found, walk.problems);
}

/**
 * The place with the versions that really lie there, of the packages that `isConcerned`: npm writes its note anew without installing
 * anything when it is told to change the lock only (`npm update --package-lock-only`).
 */
export async function asInstalled(host: Host, place: Place, isConcerned: (one: Package) => boolean): Promise<Place> {
  const note = `${place.path}/.package-lock.json`;
  const problems: InventoryProblem[] = [];
  const packages = await Promise.all(
    place.packages.map(async (one) => {
      if (one.where.path !== note || !one.key.startsWith('node_modules/') || !isConcerned(one)) return one;
      const path = `${posix.dirname(place.path)}/${one.key}/package.json`;
      const result = await host.read(path, { limitBytes: MANIFEST_LIMIT_BYTES });
      // What is noted and isn't there can do no harm.
      if (result.kind === 'missing') return one;
      const parsed = result.kind === 'content' ? installedPackage(textOf(result), path) : undefined;
      if (result.kind === 'unreadable') problems.push({ where: { path }, message: result.message });
      if (parsed?.kind === 'problem') problems.push(parsed.problem);
      const there = parsed?.kind === 'package' ? parsed.package : undefined;
      const isNoted = there?.version === undefined || there.version === one.version;
      return isNoted ? one : { ...one, version: there.version, where: there.where };
    }),
  );
  return { ...place, packages, problems: [...place.problems, ...problems] };
}

class Walk {
  readonly found: InstalledPackage[] = [];
  readonly problems: InventoryProblem[] = [];
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async modules(folder: string, depth: number): Promise<void> {
    if (depth > DEPTH_MAX) {
      this.problems.push({ where: { path: folder }, message: 'it lies too deep to be looked into' });
      return;
    }
    const listing = await this.#host.list(folder);
    this.#note(folder, listing);
    const names = foldersIn(listing);
    const stores = names.includes('.pnpm') ? foldersIn(await this.#host.list(`${folder}/.pnpm`)) : [];
    await Promise.all([
      ...names.filter((name) => !name.startsWith('.')).map((name) => this.#named(`${folder}/${name}`, name, depth)),
      ...stores.map((name) => this.modules(`${folder}/.pnpm/${name}/node_modules`, depth + 1)),
    ]);
  }

  async #named(path: string, name: string, depth: number): Promise<void> {
    if (!name.startsWith('@')) return this.#package(path, depth);
    const scope = await this.#host.list(path);
    this.#note(path, scope);
    await Promise.all(foldersIn(scope).map((one) => this.#package(`${path}/${one}`, depth)));
  }

  async #package(path: string, depth: number): Promise<void> {
    const manifest = `${path}/package.json`;
    const [result, below] = await Promise.all([
      this.#host.read(manifest, { limitBytes: MANIFEST_LIMIT_BYTES }),
      this.#host.list(path),
    ]);
    if (result.kind === 'content' && this.found.length < PACKAGES_MAX) {
      this.found.push(installedPackage(textOf(result), manifest));
    } else if (result.kind !== 'missing') {
      const message = result.kind === 'content' ? 'there are too many packages' : result.message;
      this.problems.push({ where: { path: manifest }, message });
    }
    if (foldersIn(below).includes('node_modules')) await this.modules(`${path}/node_modules`, depth + 1);
  }

  #note(path: string, listing: ListResult): void {
    if (listing.kind === 'unreadable') this.problems.push({ where: { path }, message: listing.message });
  }
}

/** Links lead to what is looked at under its own name, or to a project that is somewhere else. */
function foldersIn(listing: ListResult): readonly string[] {
  if (listing.kind !== 'entries') return [];
  return listing.entries.filter(({ type }) => type === 'directory').map(({ name }) => name);
}

function textOf(result: Extract<ReadResult, { kind: 'content' }>): string {
  return new TextDecoder().decode(result.bytes);
}
