import type { Host } from '../../host/host.ts';
import type { Place } from '../../controls/dependencies/state.ts';

/** A virtual environment: what is installed in it can be changed and put back as a whole. */
export interface VirtualEnvironment {
  /** The folder with pyvenv.cfg. */
  readonly root: string;
  readonly python: string;
}

/** `lib/python3.12/site-packages` lies in it (PEP 405, "Specification"). */
const SITE_PACKAGES = /^(\/.+)\/lib(?:64)?\/(?:python|pypy)[0-9.]+\/site-packages$/;

/** The virtual environment that a place is the packages of; `undefined` where it is none. */
export async function virtualEnvironmentOf(host: Host, { path }: Place): Promise<VirtualEnvironment | undefined> {
  const [, root] = SITE_PACKAGES.exec(path) ?? [];
  if (root === undefined) return undefined;
  const stat = await host.stat(`${root}/pyvenv.cfg`);
  return stat.kind === 'stat' ? { root, python: `${root}/bin/python` } : undefined;
}
