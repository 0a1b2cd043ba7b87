import type { Host } from '../../../host/host.ts';

const PROC_SYS = '/proc/sys';
/** As much as a wish is held against. */
const VALUE_LIMIT_BYTES = 64 * 1024;
/** Questions under way at once: a process may not have any number of files open. */
const QUESTIONS_AT_ONCE = 256;
/** A thousand network interfaces have some 130,000 keys in 4,000 folders. */
const FOLDERS_MAX = 50_000;

/**
 * What nobody may ask by the way: a look into fs/binfmt_misc mounts it where systemd waits for one (systemd.automount(5)), and
 * reading vm/stat_refresh makes the kernel add up its counters (Documentation/admin-guide/sysctl/vm.rst).
 */
const LEFT_ALONE: ReadonlySet<string> = new Set([`${PROC_SYS}/fs/binfmt_misc`, `${PROC_SYS}/vm/stat_refresh`]);

/**
 * Asks for every kernel parameter there is. Write-only ones refuse to be opened, even by root and without any effect
 * (proc_sys_permission() of fs/proc/proc_sysctl.c), which is an answer as well.
 */
export async function observeProcSys(host: Host): Promise<void> {
  let folders: readonly string[] = [PROC_SYS];
  for (let seen = folders.length; folders.length > 0 && seen <= FOLDERS_MAX; seen += folders.length) {
    const found = (await inTurns(folders, (folder) => entriesOf(host, folder))).flat();
    const keys = found.filter(({ type }) => type === 'file').map(({ path }) => path);
    await inTurns(keys, (path) => host.read(path, { limitBytes: VALUE_LIMIT_BYTES }));
    folders = found.filter(({ type }) => type === 'directory').map(({ path }) => path);
  }
}

async function entriesOf(
  host: Host,
  folder: string,
): Promise<readonly { readonly path: string; readonly type: string }[]> {
  const listing = await host.list(folder);
  if (listing.kind !== 'entries') return [];
  return listing.entries
    .map(({ name, type }) => ({ path: `${folder}/${name}`, type }))
    .filter(({ path }) => !LEFT_ALONE.has(path));
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += QUESTIONS_AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + QUESTIONS_AT_ONCE).map(work))));
  }
  return results;
}
