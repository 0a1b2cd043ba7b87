import type { Change } from '../../core/change.ts';
import type { Host } from '../../host/host.ts';
import type { Package } from '../../controls/dependencies/inventory/package.ts';
import type { Place } from '../../controls/dependencies/state.ts';
import type { PlaceAfter, Want } from '../../controls/dependencies/proposal.ts';
import { rewritten } from '../tool.ts';
import { editRequirements } from './edit-requirements.ts';

const FILE_LIMIT_BYTES = 32 * 1024 * 1024;

export interface Repinned {
  readonly after: PlaceAfter;
  readonly changes: readonly Change[];
}

/** Writes the versions that were found into the files that fix others; each package of the place is named in one of them. */
export async function repin(
  host: Host,
  place: Place,
  {
    wants,
    versionOf,
    hopeless,
  }: {
    readonly wants: readonly Want[];
    /** The version that a package is to have; a sentence where it can't have one. */
    readonly versionOf: (want: Want) => { readonly version: string } | { readonly reason: string };
    readonly hopeless: ReadonlyMap<string, string>;
  },
): Promise<Repinned> {
  const obstacles = new Map(hopeless);
  const versions = new Map<Package, string>();
  for (const want of wants) {
    const found = versionOf(want);
    if ('version' in found) versions.set(want.package, found.version);
    else obstacles.set(want.package.key, found.reason);
  }
  const changes: Change[] = [];
  for (const [path, pins] of byFile(versions)) {
    const read = await host.read(path, { limitBytes: FILE_LIMIT_BYTES });
    const edited =
      read.kind === 'content'
        ? editRequirements(new TextDecoder('utf-8', { ignoreBOM: true }).decode(read.bytes), pins)
        : { kind: 'unread' as const, reason: `${path} can't be read.` };
    if (edited.kind === 'edited') {
      changes.push(rewritten(path, edited.text));
      continue;
    }
    for (const one of pins.keys()) {
      versions.delete(one);
      const isBlocking = edited.kind === 'unread' || edited.package === one;
      obstacles.set(one.key, isBlocking ? edited.reason : `${path} is left as it is: ${edited.reason}`);
    }
  }
  const packages = place.packages.map((one) => {
    const version = versions.get(one);
    return version === undefined ? one : { ...one, version };
  });
  return { after: { path: place.path, packages, obstacles }, changes };
}

function byFile(versions: ReadonlyMap<Package, string>): ReadonlyMap<string, ReadonlyMap<Package, string>> {
  const files = Map.groupBy(versions, ([{ where }]) => where.path);
  return new Map([...files].map(([path, pins]) => [path, new Map(pins)]));
}
