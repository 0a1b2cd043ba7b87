import type { OpenPgpPin, Trust } from '../trust.ts';
import { looksArmoured, readArmour } from './armour.ts';
import { type Certificate, readCertificates } from './certificate.ts';
import type { OpenPgpKey } from './key-packet.ts';
import { isBinary, PACKET, readPackets } from './packets.ts';
import { checkCertificate, type CheckedCertificate } from './self-signatures.ts';
import { type KeyUse, useOf } from './validity.ts';

/** What a pin is worth at a moment. */
export type PinnedKeyState = {
  /** As the blueprint has it. */
  readonly fingerprint: string;
  readonly name?: string;
} & (
  | { readonly kind: 'usable'; readonly expiresAt: Date | undefined }
  | { readonly kind: 'expired'; readonly since: Date; readonly reason: string }
  | { readonly kind: 'revoked'; readonly since: Date; readonly reason: string }
  | { readonly kind: 'too-weak'; readonly reason: string }
  /** There is no key, or none that may sign. */
  | { readonly kind: 'missing'; readonly reason: string }
);

/** A pin with the key it is about. */
export interface PinnedKey {
  readonly pin: OpenPgpPin;
  readonly certificate: CheckedCertificate;
}

/** A key that was found, and whose it is. */
export interface FoundKey extends PinnedKey {
  readonly key: OpenPgpKey;
}

/** The keys of all pins, read once. */
export interface PinnedKeys {
  readonly pinned: readonly PinnedKey[];
  /** Pins that no key was found for, and why. */
  readonly missing: readonly { readonly pin: OpenPgpPin; readonly reason: string }[];
  /** Fingerprints and key ids of all keys that lie in the keyrings, each with the fingerprint of its primary key. */
  readonly present: ReadonlyMap<string, string>;
}

/** No keyring of a distribution is larger; Debian's of all its developers has 30 MiB. */
const MAX_KEYRING_BYTES = 64 * 1024 * 1024;

const CACHE = new WeakMap<Trust, Promise<PinnedKeys>>();

/** An audit judges many files by one trust: its keys are read for the first of them. */
export function pinnedKeys(trust: Trust): Promise<PinnedKeys> {
  const known = CACHE.get(trust);
  if (known !== undefined) return known;
  const read = readPinnedKeys(trust);
  CACHE.set(trust, read);
  return read;
}

/** What every pin is worth, in the order of the blueprint. */
export async function describePinnedKeys(trust: Trust, at: Date): Promise<readonly PinnedKeyState[]> {
  const { pinned, missing } = await pinnedKeys(trust);
  return trust.policy.openpgp.map((pin): PinnedKeyState => {
    const { fingerprint, name } = pin;
    const named = { fingerprint, ...(name !== undefined && { name }) };
    const found = pinned.find((one) => one.pin === pin);
    if (found !== undefined) return { ...named, ...stateOf(found.certificate, trust, at) };
    const reason = missing.find((one) => one.pin === pin)?.reason ?? 'it could not be read';
    return { ...named, kind: 'missing', reason };
  });
}

type State =
  | { readonly kind: 'usable'; readonly expiresAt: Date | undefined }
  | { readonly kind: 'expired' | 'revoked'; readonly since: Date; readonly reason: string }
  | { readonly kind: 'too-weak' | 'missing'; readonly reason: string };

/** As good as the best of its keys: the one that can sign longest, or else what is wrong with the primary key. */
function stateOf(certificate: CheckedCertificate, { policy }: Trust, at: Date): State {
  const keys = [certificate.primary, ...certificate.subkeys.map(({ key }) => key)];
  const uses = keys.map((key) => useOf(certificate, key, { at, policy }));
  const signing = uses.filter((use) => use.kind === 'signs');
  if (signing.length > 0) {
    const ends = signing.flatMap(({ expiresAt }) => expiresAt?.getTime() ?? []);
    return { kind: 'usable', expiresAt: ends.length < signing.length ? undefined : new Date(Math.max(...ends)) };
  }
  return stateOfFault(uses.find(({ kind }) => kind !== 'unfit') ?? uses[0]);
}

function stateOfFault(use: KeyUse | undefined): State {
  if (use === undefined || use.kind === 'signs') throw new Error('a certificate without a key');
  const { kind, reason, since } = use;
  if ((kind === 'expired' || kind === 'revoked') && since !== undefined) return { kind, since, reason };
  return { kind: kind === 'too-weak' ? kind : 'missing', reason };
}

type Keyring =
  | { readonly kind: 'certificates'; readonly certificates: readonly Certificate[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

async function readPinnedKeys({ policy, openpgpKeys }: Trust): Promise<PinnedKeys> {
  const keyrings = new Map<Uint8Array, Keyring>();
  for (const bytes of openpgpKeys) {
    if (bytes !== undefined && !keyrings.has(bytes)) keyrings.set(bytes, await readKeyring(bytes));
  }
  const pinned: PinnedKey[] = [];
  const missing: { pin: OpenPgpPin; reason: string }[] = [];
  for (const [index, pin] of policy.openpgp.entries()) {
    const bytes = openpgpKeys[index];
    const keyring = bytes === undefined ? undefined : keyrings.get(bytes);
    const found = find(pin, keyring);
    if (typeof found === 'string') missing.push({ pin, reason: found });
    else pinned.push({ pin, certificate: await checkCertificate(found.certificate, found.findKey) });
  }
  return { pinned, missing, present: presentIn([...keyrings.values()]) };
}

interface FoundCertificate {
  readonly certificate: Certificate;
  readonly findKey: (fingerprint: string) => OpenPgpKey | undefined;
}

/** Or why there is none. */
function find({ fingerprint }: OpenPgpPin, keyring: Keyring | undefined): FoundCertificate | string {
  if (keyring === undefined) return 'its key could not be read';
  if (keyring.kind === 'unreadable') return `its keyring could not be read: ${keyring.reason}`;
  const { certificates } = keyring;
  const certificate = certificates.find(({ primary }) => primary.fingerprint === fingerprint);
  if (certificate !== undefined) {
    return {
      certificate,
      findKey: (wanted) => certificates.find(({ primary }) => primary.fingerprint === wanted)?.primary,
    };
  }
  const owner = certificates.find(({ subkeys }) => subkeys.some(({ key }) => key.fingerprint === fingerprint));
  if (owner === undefined) return 'its keyring does not hold it';
  return `it is a subkey of ${owner.primary.fingerprint}: pin the primary key`;
}

/** The header block of a keybox names itself: kbx/keybox-blob.c of GnuPG. */
const KEYBOX_MAGIC = 'KBXf';
const KEYBOX_MAGIC_AT = 8;

async function readKeyring(bytes: Uint8Array): Promise<Keyring> {
  if (bytes.length === 0) return unreadable('it is empty');
  if (bytes.length > MAX_KEYRING_BYTES) return unreadable(`it is larger than ${String(MAX_KEYRING_BYTES)} bytes`);
  const magic = bytes.subarray(KEYBOX_MAGIC_AT, KEYBOX_MAGIC_AT + KEYBOX_MAGIC.length);
  if (String.fromCharCode(...magic) === KEYBOX_MAGIC)
    return unreadable('it is a keybox of GnuPG; export the key from it');
  if (!isBinary(bytes) && !looksArmoured(bytes)) return unreadable('it holds no OpenPGP keys');
  const octets = isBinary(bytes) ? ({ kind: 'bytes', bytes } as const) : readArmour(bytes, { isAlone: false });
  if (octets.kind === 'malformed') return unreadable(octets.reason);
  const read = readPackets(octets.bytes);
  if (read.kind === 'malformed') return unreadable(read.reason);
  if (read.packets.some(({ type }) => type === PACKET.secretKey)) return unreadable('it holds a secret key');
  return { kind: 'certificates', certificates: await readCertificates(read.packets) };
}

function unreadable(reason: string): Keyring {
  return { kind: 'unreadable', reason };
}

function presentIn(keyrings: readonly Keyring[]): ReadonlyMap<string, string> {
  const present = new Map<string, string>();
  for (const keyring of keyrings) {
    if (keyring.kind === 'unreadable') continue;
    for (const { primary, subkeys } of keyring.certificates) {
      for (const { fingerprint, keyId } of [primary, ...subkeys.map(({ key }) => key)]) {
        present.set(fingerprint, primary.fingerprint);
        present.set(keyId, primary.fingerprint);
      }
    }
  }
  return present;
}
