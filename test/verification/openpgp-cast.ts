import type { GpgHome } from './gpg-home.ts';

export const DATA: Uint8Array = Buffer.from('Package: freehold\nVersion: 1.0\n\nThe bytes that were signed.\n');
export const OTHER_DATA: Uint8Array = Buffer.from('Package: freehold\nVersion: 6.6.6\n');

/** Before anything was revoked or expired, between, and after: as gpg(1) takes them. */
export const EARLY = '20240201T000000';
export const MIDDLE = '20240601T000000';
export const LATE = '20240901T000000';

/** Whoever signs in the cases: fingerprints of primary keys. */
export interface Cast {
  readonly home: GpgHome;
  readonly alice: string;
  readonly bob: string;
  /** Made in 2024, and good for ever. */
  readonly old: string;
  readonly rsa: string;
  readonly shortRsa: string;
  readonly dsa: string;
  readonly p256: string;
  readonly p384: string;
  readonly p521: string;
  /** Its primary key only certifies; a subkey signs, another one encrypts. */
  readonly careful: string;
  readonly carefulSigning: string;
  readonly certifyOnly: string;
  readonly expired: string;
  readonly expiredSubkey: string;
  readonly sha1Bound: string;
  readonly sha1Subkey: string;
}

/** An RSA key signs with whatever digest; EdDSA must not. */
export function makeCast(home: GpgHome): Cast {
  const careful = home.key('careful', { usage: 'cert' });
  const carefulSigning = home.subkey(careful);
  home.subkey(careful, { algorithm: 'cv25519', usage: 'encr' });
  const expiredSubkey = home.key('expired-subkey', { usage: 'cert', at: EARLY });
  home.subkey(expiredSubkey, { expires: '1m', at: EARLY });
  const sha1 = ['--cert-digest-algo', 'SHA1', '--allow-weak-key-signatures', '--allow-weak-digest-algos'];
  const sha1Subkey = home.key('sha1-subkey', { algorithm: 'rsa2048', usage: 'cert' });
  home.subkey(sha1Subkey, { algorithm: 'rsa2048', args: sha1 });
  return {
    home,
    alice: home.key('alice'),
    bob: home.key('bob'),
    old: home.key('old', { at: EARLY }),
    rsa: home.key('rsa', { algorithm: 'rsa2048' }),
    shortRsa: home.key('short-rsa', { algorithm: 'rsa1024' }),
    dsa: home.key('dsa', { algorithm: 'dsa2048' }),
    p256: home.key('p256', { algorithm: 'nistp256' }),
    p384: home.key('p384', { algorithm: 'nistp384' }),
    p521: home.key('p521', { algorithm: 'nistp521' }),
    careful,
    carefulSigning,
    certifyOnly: home.key('certify-only', { usage: 'cert' }),
    expired: home.key('expired', { expires: '1m', at: EARLY }),
    expiredSubkey,
    sha1Bound: home.key('sha1-bound', { algorithm: 'rsa2048', args: sha1 }),
    sha1Subkey,
  };
}
