import type { Host } from '../../../../host/host.ts';
import type { Place } from '../../state.ts';
import type { InventoryProblem, ParsedInventory } from '../package.ts';
import { automaticallyInstalled } from './extended-states.ts';
import { parseDpkgStatus, parseDpkgStatusFolder, type StatusFile } from './status.ts';

const STATUS = '/var/lib/dpkg/status';
/** Images without a package manager have a file for each package here instead (Bazel's rules for distroless images). */
const STATUS_FOLDER = '/var/lib/dpkg/status.d';
const STATES = '/var/lib/apt/extended_states';
/** A machine with ten thousand packages has some ten megabytes. */
const LIMITS = { limitBytes: 64 * 1024 * 1024 } as const;

/** Reads what dpkg has installed; `undefined` where there is no dpkg. */
export async function observeDebian(host: Host): Promise<Place | undefined> {
  const [status, states, folder] = await Promise.all([
    host.read(STATUS, LIMITS),
    host.read(STATES, LIMITS),
    host.list(STATUS_FOLDER),
  ]);
  const automatic = states.kind === 'content' ? automaticallyInstalled(textOf(states.bytes)) : undefined;
  const parts: ParsedInventory[] = [];
  if (status.kind === 'content') parts.push(parseDpkgStatus(textOf(status.bytes), STATUS, automatic));
  if (status.kind === 'unreadable') parts.push(failed(STATUS, status.message));
  const names = folder.kind === 'entries' ? folder.entries.map(({ name }) => name) : [];
  if (names.length > 0) parts.push(await observeFolder(host, names));
  if (parts.length === 0) return undefined;
  const packages = parts.flatMap((part) => part.packages);
  return { kind: 'debian', path: '/var/lib/dpkg', packages, problems: parts.flatMap((part) => part.problems) };
}

async function observeFolder(host: Host, names: readonly string[]): Promise<ParsedInventory> {
  const files: StatusFile[] = [];
  const problems: InventoryProblem[] = [];
  await Promise.all(
    names
      .filter((name) => !name.endsWith('.md5sums'))
      .map(async (name) => {
        const path = `${STATUS_FOLDER}/${name}`;
        const result = await host.read(path, LIMITS);
        if (result.kind === 'content') files.push({ path, text: textOf(result.bytes) });
        if (result.kind === 'unreadable') problems.push(...failed(path, result.message).problems);
      }),
  );
  const parsed = parseDpkgStatusFolder(files.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  return { packages: parsed.packages, problems: [...problems, ...parsed.problems] };
}

function failed(path: string, message: string): ParsedInventory {
  return { packages: [], problems: [{ where: { path }, message }] };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
