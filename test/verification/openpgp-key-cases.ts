import { type Cast, DATA, EARLY, LATE, MIDDLE } from './openpgp-cast.ts';
import type { Case } from './openpgp-case.ts';
import { forgedCases, NO_VALIDITY } from './openpgp-forged-cases.ts';

/** Whose signature counts: algorithms, expiry, revocation, subkeys. */
export function keyCases(cast: Cast): readonly Case[] {
  return [
    ...algorithmCases(cast),
    ...validityCases(cast),
    ...revocationCases(cast),
    ...forgedCases(),
    ...keyringCases(cast),
  ];
}

function algorithmCases(cast: Cast): readonly Case[] {
  const { home, rsa, shortRsa, dsa, p256, p384, p521, alice, sha1Bound, sha1Subkey } = cast;
  const by = (key: string, args: readonly string[] = []): Omit<Case, 'name' | 'expected' | 'reason'> => ({
    keyring: home.keyring(key),
    pins: [key],
    signature: home.sign(key, DATA, { args }),
    data: DATA,
  });
  const good = { expected: 'verified', reason: /^signed by somebody/ } as const;
  const weak = { expected: 'untrusted', reason: /too weak|forged/ } as const;
  return [
    { ...good, ...by(rsa), name: 'RSA of 2048 bits' },
    { ...good, ...by(dsa), name: 'DSA of 2048 bits' },
    { ...good, ...by(p256), name: 'ECDSA, P-256' },
    { ...good, ...by(p256, ['--digest-algo', 'SHA512']), name: 'ECDSA, P-256 with SHA-512' },
    { ...good, ...by(p384), name: 'ECDSA, P-384' },
    { ...good, ...by(p521), name: 'ECDSA, P-521' },
    { ...good, ...by(alice, ['--digest-algo', 'SHA512']), name: 'EdDSA with SHA-512' },
    { ...good, ...by(alice, ['--digest-algo', 'SHA384']), name: 'EdDSA with SHA-384' },
    { ...weak, ...by(home.key('k1', { algorithm: 'secp256k1' })), name: 'ECDSA, secp256k1', gpgv: 'takes its curve' },
    { ...weak, ...by(shortRsa), name: 'RSA of 1024 bits', gpgv: 'takes short keys' },
    { ...weak, ...by(sha1Bound), name: 'a key bound only by SHA-1', gpgv: 'takes SHA-1 in bindings' },
    { ...weak, ...by(sha1Subkey), name: 'a subkey bound only by SHA-1', gpgv: 'takes SHA-1 in bindings' },
  ];
}

function validityCases(cast: Cast): readonly Case[] {
  const { home, careful, carefulSigning, certifyOnly, expired, expiredSubkey, alice } = cast;
  const data = { data: DATA };
  const untrusted = { ...data, expected: 'untrusted' } as const;
  const good = { ...data, expected: 'verified', reason: /with its subkey/ } as const;
  const bySubkey = home.sign(careful, DATA);
  return [
    {
      ...untrusted,
      name: 'an expired key',
      keyring: home.keyring(expired),
      pins: [expired],
      signature: home.sign(expired, DATA, { at: EARLY }),
      reason: /the key expired on 2024-03/,
      gpgv: NO_VALIDITY,
      sqv: 'judges a key as of the signature',
    },
    {
      ...untrusted,
      name: 'an expired subkey',
      keyring: home.keyring(expiredSubkey),
      pins: [expiredSubkey],
      signature: home.sign(expiredSubkey, DATA, { at: EARLY }),
      reason: /the subkey expired on 2024-03/,
      gpgv: NO_VALIDITY,
      sqv: 'judges a key as of the signature',
    },
    {
      ...good,
      name: 'a signing subkey of the pinned key',
      keyring: home.keyring(careful),
      pins: [careful],
      signature: bySubkey,
    },
    {
      ...untrusted,
      name: 'the fingerprint of a subkey pinned',
      keyring: home.keyring(careful),
      pins: [carefulSigning],
      signature: bySubkey,
      reason: /is a subkey of [0-9A-F]{40}: pin the primary key/,
      gpgv: 'knows no pins',
      sqv: 'knows no pins',
    },
    {
      ...untrusted,
      name: 'a key that lacks the subkey that signed',
      keyring: home.keyring(certifyOnly),
      pins: [certifyOnly],
      signature: bySubkey,
      reason: /not pinned/,
    },
    {
      ...good,
      name: 'the keyring armoured',
      keyring: home.armouredKeyring(alice),
      toolKeyring: home.keyring(alice),
      pins: [alice],
      signature: home.sign(alice, DATA),
      reason: /^signed by/,
    },
    {
      ...good,
      name: 'the keyring armoured, in two blocks with text between',
      keyring: Buffer.concat([
        home.armouredKeyring(careful),
        Buffer.from('Here comes Alice:\n'),
        home.armouredKeyring(alice),
      ]),
      toolKeyring: home.keyring(alice),
      pins: [alice],
      signature: home.sign(alice, DATA),
      reason: /^signed by/,
    },
  ];
}

function revocationCases({ home }: Cast): readonly Case[] {
  const untrusted = { data: DATA, expected: 'untrusted', reason: /revoked|given up/ } as const;
  const good = { data: DATA, expected: 'verified', reason: /^signed by/ } as const;
  const revoked = (
    name: string,
    reason: number,
  ): { readonly key: string; readonly before: Uint8Array; readonly after: Uint8Array } => {
    const key = home.key(name, { at: EARLY });
    const before = home.sign(key, DATA, { at: EARLY });
    const after = home.sign(key, DATA, { at: LATE });
    home.revoke(key, reason, { at: MIDDLE });
    return { key, before, after };
  };
  const none = revoked('revoked', 0);
  const stolen = revoked('stolen', 1);
  const superseded = revoked('superseded', 2);
  const retired = revoked('retired', 3);
  const keyringOf = ({ key }: typeof none): Pick<Case, 'keyring' | 'pins'> => ({
    keyring: home.keyring(key),
    pins: [key],
  });
  const subkeyRevoked = (name: string, reason: number): ReturnType<typeof revoked> => {
    const key = home.key(name, { usage: 'cert', at: EARLY });
    home.subkey(key, { at: EARLY });
    const before = home.sign(key, DATA, { at: EARLY });
    const after = home.sign(key, DATA, { at: LATE });
    home.revokeSubkey(key, reason, MIDDLE);
    return { key, before, after };
  };
  const oldFashioned = home.key('revoked-sha1', { algorithm: 'rsa2048', at: EARLY });
  const byOldFashioned = home.sign(oldFashioned, DATA, { at: EARLY });
  home.revoke(oldFashioned, 1, { at: MIDDLE, args: ['--cert-digest-algo', 'SHA1'] });
  const lost = subkeyRevoked('subkey-lost', 1);
  const rotated = subkeyRevoked('subkey-rotated', 2);
  return [
    {
      ...untrusted,
      ...keyringOf(none),
      name: 'revoked without a reason, signed before',
      signature: none.before,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      ...keyringOf(none),
      name: 'revoked without a reason, signed after',
      signature: none.after,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      ...keyringOf(stolen),
      name: 'compromised, signed before',
      signature: stolen.before,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      ...keyringOf(stolen),
      name: 'compromised, signed after',
      signature: stolen.after,
      gpgv: NO_VALIDITY,
    },
    { ...good, ...keyringOf(superseded), name: 'superseded, signed before', signature: superseded.before },
    {
      ...untrusted,
      ...keyringOf(superseded),
      name: 'superseded, signed after',
      signature: superseded.after,
      gpgv: NO_VALIDITY,
    },
    { ...good, ...keyringOf(retired), name: 'no longer used, signed before', signature: retired.before },
    {
      ...untrusted,
      ...keyringOf(retired),
      name: 'no longer used, signed after',
      signature: retired.after,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      ...keyringOf(lost),
      name: 'compromised, revoked with SHA-1',
      keyring: home.keyring(oldFashioned),
      pins: [oldFashioned],
      signature: byOldFashioned,
      gpgv: NO_VALIDITY,
    },
    {
      ...untrusted,
      ...keyringOf(lost),
      name: 'the subkey compromised, signed before',
      signature: lost.before,
      gpgv: NO_VALIDITY,
    },
    { ...good, ...keyringOf(rotated), name: 'the subkey superseded, signed before', signature: rotated.before },
    {
      ...untrusted,
      ...keyringOf(rotated),
      name: 'the subkey superseded, signed after',
      signature: rotated.after,
      gpgv: NO_VALIDITY,
    },
  ];
}

function keyringCases({ home, alice, bob }: Cast): readonly Case[] {
  const signature = home.sign(alice, DATA);
  const keyring = home.keyring(alice, bob);
  const untrusted = { data: DATA, pins: [alice], signature, expected: 'untrusted' } as const;
  return [
    {
      ...untrusted,
      name: 'a keyring cut off',
      keyring: keyring.subarray(0, -20),
      reason: /keyring could not be read: .*cut off/,
      gpgv: 'reads what it can',
    },
    { ...untrusted, name: 'an empty keyring', keyring: new Uint8Array(), reason: /it is empty/ },
    { ...untrusted, name: 'a keyring of garbage', keyring: Buffer.from('no keys'), reason: /no OpenPGP keys/ },
    { ...untrusted, name: 'a signature for a keyring', keyring: signature, reason: /does not hold it/ },
  ];
}
