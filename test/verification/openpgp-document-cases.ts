import { type Cast, DATA, EARLY, OTHER_DATA } from './openpgp-cast.ts';
import type { Case } from './openpgp-case.ts';
import { armour, digestStartAt, flip, packet, packetsOf, rewrite } from './forge.ts';

const ANY_KEY = 'any key of the keyring counts for it';
const LOOKS_ON = 'looks on where they differ; RFC 9580 section 5.2.3 lets one stop there';
const CHECKSUM = 'wants the checksum right, which RFC 9580 section 6.1 says not to reject for';

/** What was signed, and how its signature is written. */
export function documentCases(cast: Cast): readonly Case[] {
  const { home, alice, bob, rsa, old } = cast;
  const keyring = home.keyring(alice, bob, rsa, old);
  const lapsed = expiredSignature(cast);
  const signature = home.sign(alice, DATA);
  const base = { keyring, pins: [alice], signature, data: DATA };
  const good = { ...base, expected: 'verified', reason: /^signed by somebody \([0-9A-F]{40}\) on 20/ } as const;
  const tampered = { ...base, expected: 'tampered', reason: /does not hold/ } as const;
  const malformed = { ...base, expected: 'malformed' } as const;
  const untrusted = { ...base, expected: 'untrusted' } as const;
  const armoured = armour('SIGNATURE', signature);
  const bobs = home.sign(bob, DATA);
  const spoiled = home.sign(alice, OTHER_DATA);
  const [body = new Uint8Array()] = packetsOf(signature).map((one) => one.body);
  const v3 = Buffer.concat([
    Buffer.from([3, 5, 0]),
    body.subarray(0, 4),
    Buffer.alloc(8, 7),
    Buffer.from([22, 8, 0, 0]),
  ]);
  const text = Buffer.from('one\ntwo\nthree\n');
  const crlf = Buffer.from('one\r\ntwo\r\nthree\r\n');
  const textual = home.sign(alice, text, { args: ['--textmode'] });
  const both = (...all: readonly Uint8Array[]): Uint8Array => Buffer.concat(all);
  return [
    { ...good, name: 'a good signature, binary' },
    { ...good, name: 'a good signature, armoured', signature: armoured },
    { ...good, name: 'a good signature, armoured by gpg', signature: home.sign(alice, DATA, { args: ['--armor'] }) },
    {
      ...good,
      name: 'armour with CR LF',
      signature: Buffer.from(Buffer.from(armoured).toString().replaceAll('\n', '\r\n')),
    },
    {
      ...good,
      name: 'armour with a wrong checksum',
      signature: armour('SIGNATURE', signature, 'AAAA'),
      gpgv: CHECKSUM,
    },
    { ...good, name: 'the header of the packet written in the new way', signature: rewrite(packetsOf(signature)) },
    {
      ...good,
      name: 'a marker packet before the signature',
      signature: both(packet(10, Buffer.from('PGP')), signature),
    },
    { ...good, name: 'empty data', data: new Uint8Array(), signature: home.sign(alice, new Uint8Array()) },
    { ...good, name: 'data of a megabyte', ...large(cast) },
    { ...tampered, name: 'the first byte changed', data: flip(DATA, 0) },
    { ...tampered, name: 'a byte in the middle changed', data: flip(DATA, DATA.length >> 1) },
    { ...tampered, name: 'the last byte changed', data: flip(DATA, -1) },
    { ...tampered, name: 'the last byte missing', data: DATA.subarray(0, -1) },
    { ...tampered, name: 'one byte more', data: both(DATA, Buffer.from('\n')) },
    { ...tampered, name: 'the signature of another file', signature: spoiled },
    { ...tampered, name: 'no data where there was some', data: new Uint8Array() },
    {
      ...tampered,
      name: 'wrong first octets of the digest',
      gpgv: LOOKS_ON,
      sqv: LOOKS_ON,
      signature: packet(2, flip(body, digestStartAt(body))),
    },
    { ...tampered, name: 'a changed number of the signature', signature: packet(2, flip(body, -1)) },
    { ...tampered, name: 'a changed time of the signature', signature: packet(2, flip(body, creationTimeAt(body))) },
    { ...malformed, name: 'an empty signature file', signature: new Uint8Array(), reason: /empty/ },
    { ...malformed, name: 'a signature cut off', signature: signature.subarray(0, -10), reason: /cut off/ },
    { ...malformed, name: 'armour cut off', signature: armoured.subarray(0, -30), reason: /armour is cut off/ },
    { ...malformed, name: 'garbage', signature: Buffer.from('no signature at all'), reason: /no OpenPGP signature/ },
    {
      ...malformed,
      name: 'garbage with its first bit set',
      signature: Buffer.alloc(512, 0xff),
      reason: /cut off|no OpenPGP/,
    },
    { ...malformed, name: 'two megabytes of garbage', signature: Buffer.alloc(2 << 20, 'x'), reason: /larger/ },
    {
      ...malformed,
      name: 'a signature with garbage after it',
      signature: both(signature, Buffer.from('x')),
      reason: /no OpenPGP packet/,
    },
    {
      ...malformed,
      name: 'text before the armour',
      signature: both(Buffer.from('Trust me!\n'), armoured),
      reason: /outside/,
      gpgv: 'skips it',
      sqv: 'skips it',
    },
    { ...malformed, name: 'a public key for a signature', signature: keyring, reason: /a public key/ },
    {
      ...malformed,
      name: 'an armoured public key for a signature',
      signature: home.armouredKeyring(alice),
      reason: /PUBLIC KEY BLOCK/,
    },
    {
      ...malformed,
      name: 'an encrypted file for a signature',
      signature: encrypted(cast),
      reason: /encrypted message/,
    },
    {
      ...malformed,
      name: 'a signed message for a signature',
      signature: home.inlineSign(alice, DATA),
      reason: /message/,
    },
    { ...malformed, name: 'a signature of no octets', signature: packet(2, new Uint8Array()), reason: /can't be read/ },
    {
      ...malformed,
      name: 'forty signatures',
      signature: both(...Array.from({ length: 40 }, () => signature)),
      reason: /more than 32/,
      gpgv: 'has no limit',
      sqv: 'has no limit',
    },
    { ...untrusted, name: 'a signature of version 3', signature: packet(2, v3), reason: /version 3/ },
    {
      ...base,
      name: 'a signature of version 9',
      signature: packet(2, both(Buffer.from([9]), body.subarray(1))),
      expected: 'unverifiable',
      reason: /unknown version 9/,
    },
    {
      ...untrusted,
      name: 'by a key that is in the keyring and not pinned',
      signature: bobs,
      reason: /lies in the keyring and is not pinned/,
      gpgv: ANY_KEY,
      sqv: ANY_KEY,
    },
    { ...untrusted, name: 'the wrong key pinned', pins: [bob], reason: /not pinned/, gpgv: ANY_KEY, sqv: ANY_KEY },
    {
      ...untrusted,
      name: 'nothing pinned',
      pins: [],
      keyring: home.keyring(alice),
      reason: /none is/,
      gpgv: ANY_KEY,
      sqv: ANY_KEY,
    },
    { ...untrusted, name: 'pinned, and not in the keyring', keyring: home.keyring(bob), reason: /does not hold it/ },
    { ...good, name: 'both keys pinned, signed by the second', pins: [bob, alice] },
    { ...good, name: 'two signatures, both good', pins: [alice, bob], signature: both(signature, bobs) },
    {
      ...good,
      name: 'two armoured blocks, both good',
      pins: [alice, bob],
      signature: both(armoured, armour('SIGNATURE', bobs)),
    },
    {
      ...tampered,
      name: 'a good signature, then a bad one',
      signature: both(signature, spoiled),
      sqv: 'one good signature is enough for it',
    },
    {
      ...tampered,
      name: 'a bad signature, then a good one',
      signature: both(spoiled, signature),
      sqv: 'one good signature is enough for it',
    },
    {
      ...good,
      name: 'a good signature, then one by a key that is not pinned',
      signature: both(signature, bobs),
      reason: /1 other signature is not counted: .*not pinned/,
    },
    {
      ...good,
      name: 'one by a key that is not pinned, then a good one',
      signature: both(bobs, signature),
      reason: /1 other signature is not counted/,
    },
    {
      ...good,
      name: 'a good signature, then one by an unknown key',
      keyring: home.keyring(alice),
      signature: both(signature, bobs),
      reason: /not counted/,
      gpgv: 'wants every signature known',
    },
    {
      ...good,
      name: 'one by an unknown key, then a good one',
      keyring: home.keyring(alice),
      signature: both(bobs, signature),
      reason: /not counted/,
      gpgv: 'wants every signature known',
    },
    {
      ...good,
      name: 'a good signature, then an expired one',
      pins: [alice, old],
      signature: both(signature, lapsed),
      reason: /1 other signature is not counted: .*the signature expired/,
      gpgv: 'wants every signature to count',
    },
    {
      ...good,
      name: 'an expired signature, then a good one',
      pins: [alice, old],
      signature: both(lapsed, signature),
      reason: /1 other signature is not counted/,
      gpgv: 'wants every signature to count',
    },
    {
      ...untrusted,
      name: 'an expired signature',
      pins: [old],
      signature: lapsed,
      reason: /the signature expired on 2024-02/,
    },
    {
      ...untrusted,
      name: 'a signature of the future',
      signature: home.sign(alice, DATA, { at: '20990101T000000' }),
      reason: /which is to come/,
      gpgv: 'does not mind',
    },
    { ...good, name: 'a text signature, LF', data: text, signature: textual },
    { ...good, name: 'a text signature, CR LF', data: crlf, signature: textual },
    {
      ...tampered,
      name: 'a text signature, a line changed',
      data: Buffer.from('one\ntwo\nfour!\n'),
      signature: textual,
    },
    { ...tampered, name: 'a binary signature, line ends changed', data: crlf, signature: home.sign(alice, text) },
    { ...untrusted, name: 'a signature with SHA-1', ...weak(cast, 'SHA1'), reason: /SHA-1/, gpgv: 'takes SHA-1' },
    {
      ...untrusted,
      name: 'a signature with RIPEMD-160',
      ...weak(cast, 'RIPEMD160'),
      reason: /RIPEMD-160/,
      gpgv: 'takes RIPEMD-160',
    },
    { ...untrusted, name: 'a signature with MD5', ...weak(cast, 'MD5'), reason: /MD5/ },
    ...['SHA224', 'SHA256', 'SHA384', 'SHA512'].map((algorithm): Case => ({
      ...good,
      name: `a signature with ${algorithm} by RSA`,
      ...weak(cast, algorithm),
    })),
  ];
}

function weak({ home, rsa }: Cast, algorithm: string): Pick<Case, 'pins' | 'signature'> {
  const args = ['--digest-algo', algorithm, '--allow-weak-digest-algos'];
  return { pins: [rsa], signature: home.sign(rsa, DATA, { args }) };
}

function expiredSignature({ home, old }: Cast): Uint8Array {
  return home.sign(old, DATA, { at: EARLY, args: ['--default-sig-expire', '1d'] });
}

function large({ home, alice }: Cast): Pick<Case, 'data' | 'signature'> {
  const data = Buffer.alloc(1 << 20, 'freehold ');
  return { data, signature: home.sign(alice, data) };
}

function encrypted({ home }: Cast): Uint8Array {
  return home.run(['--passphrase', 'secret', '--symmetric', '--s2k-count', '1024', '--output', '-'], DATA);
}

/** The time subpacket isn't at one place: it is found by its type. */
function creationTimeAt(body: Uint8Array): number {
  for (let at = 6; at < body.length; at += (body[at] ?? 0) + 1) if (body[at + 1] === 2) return at + 5;
  throw new Error('no time');
}
