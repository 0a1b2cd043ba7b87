import type { Host, ListResult } from '../../../host/host.ts';
import { observeConfDirectories } from '../conf-directory/observe.ts';
import { compareBytes } from '../conf-directory/order.ts';
import type { ConfDirectoriesState } from '../conf-directory/state.ts';
import type { KernelPolicy } from '../policy.ts';
import { expectedInterfaces } from './expected-interfaces.ts';
import { sysctlPath } from './key.ts';
import { interfacePaths } from './scope.ts';
import { SYSCTL_DIRECTORIES } from './search-path.ts';
import type { Loader, SysctlState, SysctlValue } from './state.ts';

const PROC_SYS = '/proc/sys';
/** A value longer than this is not one that a person wishes for. */
const VALUE_LIMIT_BYTES = 64 * 1024;
/** Where distributions install it; the second is the place before /usr was merged. */
const LOADERS = ['/usr/lib/systemd/systemd-sysctl', '/lib/systemd/systemd-sysctl'] as const;

/** Where `systemctl mask` puts its link (systemctl(1)). */
const UNIT_MASK = '/etc/systemd/system/systemd-sysctl.service';

/** Reads everything that decides the wished sysctls, now and at the next boot: three round trips. */
export async function observeSysctl(host: Host, policy: KernelPolicy): Promise<SysctlState> {
  const wished = Object.entries(policy.sysctl).flatMap(([key, wish]) => (wish === null ? [] : [sysctlPath(key)]));
  const [loader, confFiles, running] = await Promise.all([
    observeLoader(host),
    observeConfFiles(host),
    host.facts.isRunning ? observeInterfaces(host) : undefined,
  ]);
  const interfaces = running?.interfaces ?? expectedInterfaces(confFiles.files);
  const paths = new Set(wished.flatMap((path) => [path, ...interfacePaths(path, interfaces)]));
  const values = await Promise.all(
    [...paths].sort().map(async (path): Promise<readonly [string, SysctlValue]> => {
      // An image may hold anything below /proc: it is not what a kernel shows there.
      return [path, running === undefined ? { kind: 'not-running' } : await readValue(host, path)];
    }),
  );
  const unlisted = [...confFiles.unlisted, ...(running?.unlisted ?? [])];
  return { loader, ...confFiles, unlisted, values: Object.fromEntries(values), interfaces };
}

async function observeInterfaces(host: Host): Promise<Pick<SysctlState, 'interfaces' | 'unlisted'>> {
  const [ipv4, ipv6] = await Promise.all([
    host.list(`${PROC_SYS}/net/ipv4/conf`),
    host.list(`${PROC_SYS}/net/ipv6/conf`),
  ]);
  return {
    interfaces: { ipv4: interfaceNames(ipv4), ipv6: interfaceNames(ipv6) },
    unlisted: unreadableFolders({ ipv4, ipv6 }),
  };
}

/** The sysctl.d files that count, in the order they are read, with their texts. */
export function observeConfFiles(host: Host): Promise<ConfDirectoriesState> {
  return observeConfDirectories(host, { directories: SYSCTL_DIRECTORIES, suffixes: ['.conf'], doFoldersHide: true });
}

async function observeLoader(host: Host): Promise<Loader> {
  if (host.facts.container !== null) {
    const what = host.facts.isRunning ? 'a container' : 'the image of a container';
    return { kind: 'container', reason: `this is ${what} (${host.facts.container}): it doesn't boot` };
  }
  const [mask, ...stats] = await Promise.all([UNIT_MASK, ...LOADERS].map((path) => host.stat(path)));
  if (mask?.kind === 'stat' && mask.target === '/dev/null') {
    return { kind: 'none', reason: `systemd-sysctl is masked (${UNIT_MASK}): nothing sets kernel parameters at boot` };
  }
  if (stats.some((stat) => stat.kind === 'stat')) return { kind: 'systemd-sysctl' };
  return {
    kind: 'none',
    reason: `there is no systemd-sysctl (${LOADERS.join(', ')}), and Freehold knows no other program's rules for the next boot`,
  };
}

async function readValue(host: Host, path: string): Promise<SysctlValue> {
  const result = await host.read(`${PROC_SYS}/${path}`, { limitBytes: VALUE_LIMIT_BYTES });
  if (result.kind === 'content') return { kind: 'value', text: new TextDecoder().decode(result.bytes).trim() };
  return result.kind === 'missing' ? result : { kind: 'unreadable', reason: result.message };
}

function interfaceNames(listing: ListResult): readonly string[] {
  if (listing.kind !== 'entries') return [];
  const names = listing.entries.map((entry) => entry.name);
  return names.filter((name) => name !== 'all' && name !== 'default').sort(compareBytes);
}

/** Without the names of the interfaces nothing can be said of what counts on them. */
function unreadableFolders(listings: Readonly<Record<'ipv4' | 'ipv6', ListResult>>): SysctlState['unlisted'] {
  return Object.entries(listings).flatMap(([family, listing]) =>
    listing.kind === 'unreadable' ? [{ path: `${PROC_SYS}/net/${family}/conf`, reason: listing.message }] : [],
  );
}
