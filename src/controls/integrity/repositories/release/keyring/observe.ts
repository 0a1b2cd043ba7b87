import type { Host } from '../../../../../host/host.ts';
import { describePinnedKeys, type PinnedKeyState } from '../../../../../signatures/openpgp/pinned-keys.ts';
import { type Trust, trustPolicy } from '../../../../../signatures/trust.ts';
import { APT, readByApt } from '../../apt-files.ts';
import type { SignedBy, SourceEntry } from '../../source-entry.ts';
import type { ObservedKey, ObservedKeyring } from '../../state.ts';
import { fingerprintsOf } from './fingerprints.ts';

export interface KeyringSurroundings {
  readonly at: Date;
  readonly minimumRsaBits: number;
}

export interface ObservedKeyrings {
  readonly keyring: ObservedKeyring;
  /** What signatures of the repository are judged by: these keys and no others. */
  readonly trust: Trust;
}

/** Debian's keyring of its archive has 60 kB. */
const KEYRING_LIMIT_BYTES = 16 * 1024 * 1024;
/** A keyring that many keys were put into to keep somebody busy. */
const KEYS_MAX = 1000;

interface Material {
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface FoundKey {
  readonly path: string;
  readonly fingerprint: string;
  readonly bytes: Uint8Array;
}

/** Reads the keys that an entry names, or all that apt trusts where it names none. */
export async function observeKeyrings(
  host: Host,
  { signedBy, where }: Pick<SourceEntry, 'signedBy' | 'where'>,
  { at, minimumRsaBits }: KeyringSurroundings,
): Promise<ObservedKeyrings> {
  const problems: string[] = [];
  const material: Material[] = [];
  const usesShared = signedBy.length === 0 || signedBy.some(({ kind }) => kind === 'fingerprint');
  for (const one of signedBy) {
    if (one.kind === 'inline') material.push({ path: where.path, bytes: new TextEncoder().encode(one.key) });
    if (one.kind === 'keyring') material.push(...(await readKeyring(host, one.path, problems)));
    if (one.kind === 'unclear') problems.push(`${one.text} is neither a path nor a full fingerprint`);
  }
  const shared = usesShared ? await readShared(host, problems) : [];
  const found = await keysOf(material, problems);
  found.push(...chosen(await keysOf(shared, problems), signedBy, problems));
  if (found.length > KEYS_MAX) problems.push(`there are more than ${String(KEYS_MAX)} keys`);
  const keys = found.slice(0, KEYS_MAX);
  const trust = trustIn(keys, minimumRsaBits);
  const states = await describePinnedKeys(trust, at);
  const observed = keys.map(({ path, fingerprint }, index): ObservedKey => {
    const fault = faultOf(states[index]);
    return { path, fingerprint, ...(fault !== undefined && { fault }) };
  });
  return { keyring: { keys: observed, problems }, trust };
}

async function readKeyring(host: Host, path: string, problems: string[]): Promise<readonly Material[]> {
  const file = await host.read(path, { limitBytes: KEYRING_LIMIT_BYTES });
  if (file.kind === 'content') return [{ path, bytes: file.bytes }];
  problems.push(file.kind === 'missing' ? `there is no keyring ${path}` : file.message);
  return [];
}

async function readShared(host: Host, problems: string[]): Promise<readonly Material[]> {
  const listed = await host.list(APT.trustedParts);
  if (listed.kind === 'unreadable') problems.push(listed.message);
  const names = listed.kind === 'entries' ? listed.entries.map(({ name }) => name) : [];
  const paths = [APT.trusted, ...readByApt(names, ['.gpg', '.asc']).map((name) => `${APT.trustedParts}/${name}`)];
  const files = await Promise.all(
    paths.map(async (path) => ({ path, file: await host.read(path, { limitBytes: KEYRING_LIMIT_BYTES }) })),
  );
  return files.flatMap(({ path, file }) => {
    if (file.kind === 'unreadable') problems.push(file.message);
    // apt makes an empty trusted.gpg where there is none.
    return file.kind === 'content' && file.bytes.length > 0 ? [{ path, bytes: file.bytes }] : [];
  });
}

async function keysOf(material: readonly Material[], problems: string[]): Promise<FoundKey[]> {
  const keys: FoundKey[] = [];
  for (const { path, bytes } of material) {
    const read = await fingerprintsOf(bytes);
    if (read.kind === 'unreadable') problems.push(`${path}: ${read.reason}`);
    else keys.push(...read.fingerprints.map((fingerprint) => ({ path, fingerprint, bytes })));
  }
  return keys;
}

/** Of the keys that apt trusts, those that an entry names by fingerprint; all where it names nothing. */
function chosen(shared: readonly FoundKey[], signedBy: readonly SignedBy[], problems: string[]): readonly FoundKey[] {
  if (signedBy.length === 0) return shared;
  return signedBy.flatMap((one) => {
    if (one.kind !== 'fingerprint') return [];
    const found = shared.filter(({ fingerprint }) => fingerprint === one.fingerprint).slice(0, 1);
    if (found.length === 0) problems.push(`no keyring of apt holds ${one.fingerprint} as a primary key`);
    return found;
  });
}

function trustIn(keys: readonly FoundKey[], minimumRsaBits: number): Trust {
  const openpgp = keys.map(({ fingerprint }) => ({ fingerprint }));
  return {
    policy: trustPolicy.parse({ openpgp, minimumRsaBits }),
    openpgpKeys: keys.map(({ bytes }) => bytes),
    sigstoreRoots: [],
    problems: [],
  };
}

function faultOf(state: PinnedKeyState | undefined): string | undefined {
  if (state === undefined) return 'it could not be read';
  return state.kind === 'usable' ? undefined : state.reason;
}
