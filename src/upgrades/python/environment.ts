import type { Host } from '../../host/host.ts';
import { saidBy } from '../scratch.ts';
import type { Place } from '../../controls/dependencies/state.ts';

/** A virtual environment: what is installed in it can be changed and put back as a whole. */
export interface VirtualEnvironment {
  /** The folder with pyvenv.cfg. */
  readonly root: string;
  readonly python: string;
  /** Of which Python its packages are: `3.12`. */
  readonly version: string;
}

/** `lib/python3.12/site-packages` lies in it (PEP 405, "Specification"). */
const SITE_PACKAGES = /^(\/.+)\/lib(?:64)?\/(?:python|pypy)([0-9.]+)\/site-packages$/;
const VERSION_LIMIT_MS = 30_000;

/** The virtual environment that a place is the packages of; `undefined` where it is none. */
export async function virtualEnvironmentOf(host: Host, { path }: Place): Promise<VirtualEnvironment | undefined> {
  const [, root, version] = SITE_PACKAGES.exec(path) ?? [];
  if (root === undefined || version === undefined) return undefined;
  const stat = await host.stat(`${root}/pyvenv.cfg`);
  return stat.kind === 'stat' ? { root, python: `${root}/bin/python`, version } : undefined;
}

/** Runs its Python: what another version left in the environment is not what pip would change. One sentence, or `undefined`. */
export async function whyNotOfItsPython(
  host: Host,
  { root, python, version }: VirtualEnvironment,
): Promise<string | undefined> {
  const ask = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const said = saidBy(await host.run([python, '-I', '-c', ask], { timeoutMs: VERSION_LIMIT_MS }));
  if (said.kind === 'failed') return `The Python of ${root} doesn't run: ${said.message}`;
  const own = said.stdout.trim();
  if (own === version || version === own.split('.')[0]) return undefined;
  return `It is left from Python ${version}, and ${root} has Python ${own}: make the environment anew.`;
}

/** Folders of an environment that packages are installed into ("Installation paths" of Python's sysconfig). */
const SCHEME = ['bin', 'etc', 'include', 'lib', 'lib64', 'man', 'share'];
/** What else venv, virtualenv and uv lay there. */
const NOTES = ['pyvenv.cfg', '.gitignore', '.lock', 'CACHEDIR.TAG', 'local'];

/**
 * What is to be kept before packages change: all of it, or where a project lies in the same folder, what packages are installed into.
 * A program may be writing its data beside these, and going back must not take that away.
 */
export async function keptOf(host: Host, { root }: VirtualEnvironment): Promise<readonly string[]> {
  const listing = await host.list(root);
  const entries = listing.kind === 'entries' ? listing.entries : [];
  if (entries.every(({ name }) => SCHEME.includes(name) || NOTES.includes(name))) return [root];
  const links = new Set(entries.filter(({ type }) => type === 'symlink').map(({ name }) => name));
  return SCHEME.filter((name) => !links.has(name)).map((name) => `${root}/${name}`);
}
