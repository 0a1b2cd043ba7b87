import { DATA, OTHER_DATA } from './openpgp-cast.ts';
import type { Case } from './openpgp-case.ts';
import {
  type CertificateOptions,
  forgeBinding,
  type SubkeyOptions,
  forgeCertificate,
  forgeKey,
  forgeSignature,
  forgeSubkey,
  forgeUserSignature,
  keyFlags,
  FORGED_KEY_TIME,
  type ForgedKey,
  type ForgedSignature,
  issuer,
  issuerKeyId,
  keyOctets,
  notation,
  packet,
  seconds,
  subpacket,
} from './forge.ts';

const MAY_ENCRYPT = 12;

export const NO_VALIDITY = 'gpgv(1) does not check for expired or revoked keys';

/** What gpg would not make. */
export function forgedCases(): readonly Case[] {
  const key = forgeKey();
  const other = forgeKey();
  const document = (signer: ForgedKey, options: Partial<ForgedSignature> = {}): Uint8Array =>
    packet(
      2,
      forgeSignature(signer, {
        type: 0,
        octets: DATA,
        hashed: [issuer(signer)],
        unhashed: [issuerKeyId(signer)],
        ...options,
      }),
    );
  const certificate = (options: CertificateOptions = {}): Uint8Array => forgeCertificate(key, options);
  const base = { data: DATA, keyring: certificate(), pins: [key.fingerprint], signature: document(key) };
  const good = { ...base, expected: 'verified', reason: /^signed by/ } as const;
  const untrusted = { ...base, expected: 'untrusted' } as const;
  const tampered = { ...base, expected: 'tampered', reason: /does not hold/ } as const;
  const withSubkey = (options: SubkeyOptions = {}): Uint8Array =>
    Buffer.concat([certificate(), forgeSubkey(key, other, options)]);
  const rebound = forgeBinding(key, other, { flags: MAY_ENCRYPT, createdAt: FORGED_KEY_TIME + 500 });
  const unbound = Buffer.concat([certificate(), packet(14, other.body)]);
  const gone = forgeUserSignature(key, { type: 0x30, createdAt: FORGED_KEY_TIME + 10 });
  const again = forgeUserSignature(key, { type: 0x13, hashed: [keyFlags(3)], createdAt: FORGED_KEY_TIME + 20 });
  const revocation = packet(
    2,
    forgeSignature(key, {
      type: 0x20,
      octets: keyOctets(key.body),
      hashed: [issuer(key)],
    }),
  );
  const revoker = subpacket(12, Buffer.concat([Buffer.from([0x80, 22]), Buffer.from(other.fingerprint, 'hex')]));
  const byOther = packet(
    2,
    forgeSignature(other, {
      type: 0x20,
      octets: keyOctets(key.body),
      hashed: [issuer(other)],
      unhashed: [issuerKeyId(other)],
    }),
  );
  const primary = packet(6, key.body);
  const rest = certificate().subarray(primary.length);
  return [
    { ...good, name: 'a key made by hand' },
    {
      ...good,
      name: 'a signature that names its key by the key id only',
      signature: document(key, { hashed: [], unhashed: [issuerKeyId(key)] }),
    },
    {
      ...good,
      name: 'a fingerprint that is signed beside a key id that is not, and false',
      signature: document(key, { unhashed: [issuerKeyId(other)] }),
    },
    {
      ...untrusted,
      name: 'a signature that does not name its key',
      signature: document(key, { hashed: [], unhashed: [] }),
      reason: /does not say which key/,
    },
    {
      ...tampered,
      name: 'another key’s signature that claims the id of the pinned key',
      signature: document(other, { hashed: [], unhashed: [issuerKeyId(key)] }),
    },
    {
      ...tampered,
      name: 'another key’s signature that claims the fingerprint of the pinned key',
      signature: document(other, { hashed: [issuer(key)] }),
    },
    {
      ...untrusted,
      name: 'a critical notation that nobody knows',
      signature: document(key, { hashed: [issuer(key), notation('secret@example.org', true)] }),
      reason: /notation "secret@example.org" critical/,
    },
    {
      ...good,
      name: 'a notation that is not critical',
      signature: document(key, { hashed: [issuer(key), notation('secret@example.org', false)] }),
    },
    {
      ...untrusted,
      name: 'a critical subpacket that nobody knows',
      signature: document(key, { hashed: [issuer(key), subpacket(0x80 | 99, Buffer.from('x'))] }),
      reason: /subpacket 99 critical/,
    },
    {
      ...good,
      name: 'a critical subpacket in the part that is not signed',
      signature: document(key, { unhashed: [subpacket(0x80 | 99, Buffer.from('x')), issuerKeyId(key)] }),
      gpgv: 'takes what anybody wrote there for critical',
    },
    {
      ...base,
      name: 'no time of creation',
      signature: document(key, { createdAt: null }),
      expected: 'malformed',
      reason: /when it was made/,
    },
    {
      ...untrusted,
      name: 'older than its key',
      signature: document(key, { createdAt: FORGED_KEY_TIME - 1000 }),
      reason: /older than the key/,
    },
    {
      ...untrusted,
      name: 'a certification given as a signature of a file',
      signature: document(key, { type: 0x10 }),
      reason: /does not sign documents/,
    },
    {
      ...untrusted,
      name: 'a standalone signature',
      signature: document(key, { type: 2 }),
      reason: /does not sign documents/,
    },
    {
      ...untrusted,
      name: 'a primary key that may only certify',
      keyring: certificate({ flags: [1] }),
      reason: /does not say that it may sign/,
    },
    {
      ...untrusted,
      name: 'a primary key that may only encrypt',
      keyring: certificate({ flags: [12] }),
      reason: /does not say that it may sign/,
    },
    {
      ...untrusted,
      name: 'a primary key that does not say what it is for',
      keyring: certificate({ flags: [] }),
      reason: /does not say that it may sign/,
      gpgv: 'takes it to be for everything',
    },
    {
      ...untrusted,
      name: 'a primary key that nothing certifies',
      keyring: packet(6, key.body),
      reason: /says of itself/,
    },
    {
      ...untrusted,
      name: 'a key of the future',
      keyring: certificate({ createdAt: 4_000_000_000 }),
      reason: /says of itself/,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      name: 'a key whose life ended',
      keyring: certificate({ extra: [seconds(9, 1000)] }),
      reason: /the key expired on 2024-01-01T00:16:40Z/,
      gpgv: NO_VALIDITY,
      sqv: 'judges a key as of the signature',
    },
    {
      ...untrusted,
      name: 'a revocation with SHA-1',
      keyring: Buffer.concat([primary, revocation, rest]),
      reason: /revoked/,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      name: 'a revocation in the wrong place of the keyring',
      keyring: Buffer.concat([certificate(), revocation]),
      reason: /revoked/,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      name: 'the key twice, the second time with a revocation',
      keyring: Buffer.concat([certificate(), primary, revocation, rest]),
      reason: /revoked/,
      gpgv: NO_VALIDITY,
    },
    {
      ...good,
      name: 'a revocation by somebody whom the key let do so',
      keyring: Buffer.concat([
        primary,
        byOther,
        certificate({ extra: [revoker] }).subarray(primary.length),
        forgeCertificate(other),
      ]),
      expected: 'untrusted',
      reason: /revoked/,
      gpgv: NO_VALIDITY,
      sqv: 'knows no designated revokers',
    },
    {
      ...good,
      name: 'a revocation by somebody whom the key never named',
      keyring: Buffer.concat([primary, byOther, rest, forgeCertificate(other)]),
    },
    {
      ...good,
      name: 'a copy of the key with octets after its numbers before it',
      keyring: Buffer.concat([packet(6, Buffer.concat([key.body, Buffer.from('x')])), certificate()]),
      gpgv: 'takes the broken copy for the key',
      sqv: 'takes the broken copy for the key',
    },
    {
      ...good,
      name: 'a subkey that agreed',
      keyring: withSubkey(),
      signature: document(other),
      reason: /with its subkey/,
    },
    {
      ...untrusted,
      name: 'a subkey that never agreed',
      keyring: withSubkey({ agrees: false }),
      signature: document(other),
      reason: /never agreed/,
    },
    {
      ...untrusted,
      name: 'the only user id revoked',
      keyring: Buffer.concat([certificate(), gone]),
      reason: /nothing that the key says of itself holds/,
      gpgv: NO_VALIDITY,
      sqv: 'a key outlives its user ids for it',
    },
    {
      ...good,
      name: 'the only user id revoked, and certified again',
      keyring: Buffer.concat([certificate(), gone, again]),
    },
    {
      ...untrusted,
      name: 'a bad signature that names a subkey which the pinned key never bound',
      keyring: unbound,
      signature: document(other, { octets: OTHER_DATA }),
      reason: /does not hold, and the subkey is not bound/,
    },
    {
      ...untrusted,
      name: 'a subkey that may only encrypt',
      keyring: withSubkey({ flags: MAY_ENCRYPT }),
      signature: document(other),
      reason: /does not say that it may sign/,
    },
    {
      ...untrusted,
      name: 'a subkey whose newest binding lets it only encrypt',
      keyring: Buffer.concat([withSubkey(), rebound]),
      signature: document(other, { createdAt: FORGED_KEY_TIME + 1000 }),
      reason: /does not say that it may sign/,
    },
    {
      ...untrusted,
      name: 'a subkey whose binding expired itself',
      keyring: withSubkey({ extra: [seconds(3, 1000)] }),
      signature: document(other),
      reason: /not bound/,
      sqv: 'judges a key as of the signature',
    },
    {
      ...untrusted,
      name: 'a subkey of the future',
      keyring: withSubkey({ createdAt: 4_000_000_000 }),
      signature: document(other),
      reason: /not bound/,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      name: 'a subkey that its binding calls something critical for',
      keyring: withSubkey({ extra: [notation('secret@example.org', true)] }),
      signature: document(other),
      reason: /not bound/,
    },
    {
      ...untrusted,
      name: 'a primary key whose certification expired itself',
      keyring: certificate({ extra: [seconds(3, 1000)] }),
      reason: /nothing that the key says of itself holds/,
      gpgv: NO_VALIDITY,
      sqv: 'judges a key as of the signature',
    },
    {
      ...untrusted,
      name: 'a subkey put under a key that never bound it',
      keyring: unbound,
      signature: document(other),
      reason: /not bound/,
    },
  ];
}
