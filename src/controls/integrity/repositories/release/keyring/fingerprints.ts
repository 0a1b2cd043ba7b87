import { looksArmoured, readArmour } from '../../../../../signatures/openpgp/armour.ts';
import { readCertificates } from '../../../../../signatures/openpgp/certificate.ts';
import { isBinary, readPackets } from '../../../../../signatures/openpgp/packets.ts';

export type KeyringFingerprints =
  | { readonly kind: 'fingerprints'; readonly fingerprints: readonly string[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The primary keys of a keyring that a machine has: all of them may sign, as gpgv(1) takes all of a keyring as trusted. */
export async function fingerprintsOf(bytes: Uint8Array): Promise<KeyringFingerprints> {
  if (!isBinary(bytes) && !looksArmoured(bytes)) return { kind: 'unreadable', reason: 'it holds no OpenPGP keys' };
  const octets = isBinary(bytes) ? ({ kind: 'bytes', bytes } as const) : readArmour(bytes, { isAlone: false });
  if (octets.kind === 'malformed') return { kind: 'unreadable', reason: octets.reason };
  const read = readPackets(octets.bytes);
  if (read.kind === 'malformed') return { kind: 'unreadable', reason: read.reason };
  const certificates = await readCertificates(read.packets);
  if (certificates.length === 0) return { kind: 'unreadable', reason: 'it holds no key that can be read' };
  return { kind: 'fingerprints', fingerprints: certificates.map(({ primary }) => primary.fingerprint).toSorted() };
}
