import { deflateRawSync } from 'node:zlib';
import { type Cast, DATA, OTHER_DATA } from './openpgp-cast.ts';
import type { Case } from './openpgp-case.ts';
import { armour, flip, packet, packetsOf, rewrite } from './forge.ts';

/** Files that hold both what is signed and the signature. */
export function messageCases(cast: Cast): readonly Case[] {
  return [...clearSignedCases(cast), ...inlineCases(cast)];
}

const SKIPS = 'skips it';

function clearSignedCases({ home, alice, bob, rsa }: Cast): readonly Case[] {
  const content = Buffer.from(DATA).toString();
  const signed = Buffer.from(home.clearSign(alice, DATA)).toString();
  const bobs = Buffer.from(home.clearSign(bob, DATA)).toString();
  const keyring = home.keyring(alice, bob, rsa);
  const base = { keyring, pins: [alice], signature: Buffer.from(signed) };
  const good = { ...base, expected: 'verified', reason: /^signed by/, content } as const;
  const tampered = { ...base, expected: 'tampered', reason: /does not hold/ } as const;
  const malformed = { ...base, expected: 'malformed' } as const;
  const edit = (from: string | RegExp, to: string): { readonly signature: Uint8Array } => {
    const edited = signed.replace(from, to);
    if (edited === signed) throw new Error(`${String(from)} is not there`);
    return { signature: Buffer.from(edited) };
  };
  const dashed = Buffer.from('- a list\n-- two\n-----BEGIN PGP SIGNED MESSAGE-----\nFrom here\n');
  const spaced = Buffer.from('ends with spaces   \nand a tab\t\nend\n');
  const clean = 'ends with spaces\nand a tab\nend\n';
  const [body = new Uint8Array()] = packetsOf(home.sign(alice, DATA.subarray(0, -1))).map((one) => one.body);
  return [
    { ...good, name: 'clear-signed' },
    { ...good, name: 'clear-signed, CR LF', ...edit(/\n/g, '\r\n') },
    { ...good, name: 'clear-signed, blank lines around', signature: Buffer.from(`\n\n${signed}\n \n`) },
    { ...good, name: 'clear-signed, spaces at the ends of lines', ...edit(/^Version: 1\.0$/m, 'Version: 1.0  \t') },
    { ...good, name: 'clear-signed, dashes', signature: home.clearSign(alice, dashed), content: dashed.toString() },
    {
      ...good,
      name: 'clear-signed text with spaces at its ends',
      signature: home.clearSign(alice, spaced),
      content: clean,
    },
    {
      ...good,
      name: 'clear-signed, no line end at the end',
      signature: home.clearSign(alice, Buffer.from('one\ntwo')),
      content: 'one\ntwo\n',
    },
    { ...good, name: 'clear-signed, nothing', signature: home.clearSign(alice, new Uint8Array()), content: '' },
    {
      ...good,
      name: 'clear-signed by two',
      pins: [alice, bob],
      signature: home.clearSign(alice, DATA, { args: ['--local-user', bob] }),
    },
    {
      ...good,
      name: 'clear-signed by two, one pinned',
      signature: home.clearSign(bob, DATA, { args: ['--local-user', alice] }),
      reason: /not counted/,
    },
    { ...tampered, name: 'clear-signed, a letter changed', ...edit('Version: 1.0', 'Version: 1.1') },
    { ...tampered, name: 'clear-signed, a line more', ...edit('\n-----BEGIN PGP SIG', '\nextra\n-----BEGIN PGP SIG') },
    { ...tampered, name: 'clear-signed, a space before a line', ...edit('Version: 1.0', ' Version: 1.0') },
    { ...tampered, name: 'clear-signed, a blank line more at the start', ...edit('\n\nPackage', '\n\n\nPackage') },
    {
      ...tampered,
      name: 'clear-signed, the signature of another text',
      signature: Buffer.from(
        signed.replace(
          /-----BEGIN PGP SIGNATURE[^]*$/,
          Buffer.from(home.clearSign(alice, OTHER_DATA))
            .toString()
            .replace(/^[^]*(?=-----BEGIN PGP SIGNATURE)/, ''),
        ),
      ),
    },
    {
      ...base,
      name: 'clear-signed, not pinned',
      pins: [bob],
      expected: 'untrusted',
      reason: /not pinned/,
      gpgv: 'any key of the keyring counts for it',
    },
    {
      ...base,
      name: 'clear-signed with SHA-1',
      pins: [rsa],
      signature: home.clearSign(rsa, DATA, { args: ['--digest-algo', 'SHA1'] }),
      expected: 'untrusted',
      reason: /SHA-1/,
      gpgv: 'takes SHA-1',
    },
    {
      ...good,
      name: 'clear-signed, without its Hash header',
      ...edit(/^Hash: .*\n/m, ''),
      gpgv: 'takes MD5 to be meant',
    },
    {
      ...malformed,
      name: 'clear-signed, a wrong Hash header',
      ...edit(/^Hash: .*$/m, 'Hash: SHA384'),
      reason: /names another algorithm/,
    },
    {
      ...malformed,
      name: 'clear-signed, a Hash header of something unknown',
      ...edit(/^Hash: .*$/m, 'Hash: SHA9'),
      reason: /unknown hash algorithm/,
    },
    {
      ...malformed,
      name: 'clear-signed, another header',
      ...edit(/^Hash: .*$/m, '$&\nComment: all is well'),
      reason: /header that is not signed/,
    },
    {
      ...malformed,
      name: 'clear-signed, not escaped by a header',
      ...edit(/^Hash: .*$/m, '$&\nNotDashEscaped: You need GnuPG'),
      reason: /header that is not signed/,
    },
    {
      ...malformed,
      name: 'clear-signed, text in the Hash header',
      ...edit(/^Hash: .*$/m, '$&\u000b\u000bInstall this.'),
      reason: /header that is not signed/,
    },
    {
      ...malformed,
      name: 'clear-signed, text before',
      signature: Buffer.from(`Install evil.\n${signed}`),
      reason: /stands before/,
      gpgv: SKIPS,
    },
    {
      ...malformed,
      name: 'clear-signed, text after',
      signature: Buffer.from(`${signed}Install evil.\n`),
      reason: /outside of the armour/,
      gpgv: SKIPS,
    },
    {
      ...malformed,
      name: 'two clear-signed messages',
      signature: Buffer.from(signed + bobs),
      reason: /after the signed text/,
    },
    {
      ...malformed,
      name: 'a clear-signed message begun in another',
      signature: Buffer.from(`-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nevil\n${signed}`),
      reason: /second signed message/,
    },
    {
      ...malformed,
      name: 'clear-signed, a line that begins with a dash',
      ...edit('Version: 1.0', '-Version: 1.0'),
      reason: /dash that is not escaped/,
    },
    {
      ...malformed,
      name: 'clear-signed, without a signature',
      ...edit(/-----BEGIN PGP SIGNATURE[^]*$/, ''),
      reason: /no signature/,
    },
    { ...malformed, name: 'clear-signed, cut off', signature: Buffer.from(signed.slice(0, -40)), reason: /cut off/ },
    {
      ...malformed,
      name: 'clear-signed, a key for a signature',
      signature: Buffer.concat([
        Buffer.from(signed.replace(/-----BEGIN PGP SIGNATURE[^]*$/, '')),
        armour('SIGNATURE', keyring),
      ]),
      reason: /a public key/,
    },
    {
      ...base,
      name: 'clear-signed with a signature of octets',
      signature: Buffer.concat([
        Buffer.from(signed.replace(/-----BEGIN PGP SIGNATURE[^]*$/, '')),
        armour('SIGNATURE', packet(2, body)),
      ]),
      expected: 'untrusted',
      reason: /does not sign documents/,
    },
    { ...malformed, name: 'plain text', signature: DATA, reason: /no OpenPGP message/ },
    { ...malformed, name: 'an empty file', signature: new Uint8Array(), reason: /empty/ },
  ];
}

function inlineCases({ home, alice, bob }: Cast): readonly Case[] {
  const content = Buffer.from(DATA).toString();
  const keyring = home.keyring(alice, bob);
  const plain = home.inlineSign(alice, DATA, { args: ['--compress-algo', 'none'] });
  const packets = packetsOf(plain);
  const [announcement, literal, signature] = packets;
  if (announcement === undefined || literal === undefined || signature === undefined) throw new Error('no message');
  const base = { keyring, pins: [alice], signature: plain };
  const good = { ...base, expected: 'verified', reason: /^signed by/, content } as const;
  const malformed = { ...base, expected: 'malformed' } as const;
  const compressed = (bytes: Uint8Array): Uint8Array =>
    packet(8, Buffer.concat([Buffer.from([1]), deflateRawSync(bytes)]));
  const tooLarge = packet(11, Buffer.concat([Buffer.from('b\0\0\0\0\0'), Buffer.alloc(65 << 20)]));
  const text = Buffer.from('one\r\ntwo\r\n');
  return [
    { ...good, name: 'inline' },
    { ...good, name: 'inline, ZIP', signature: home.inlineSign(alice, DATA, { args: ['--compress-algo', 'zip'] }) },
    { ...good, name: 'inline, ZLIB', signature: home.inlineSign(alice, DATA, { args: ['--compress-algo', 'zlib'] }) },
    {
      ...malformed,
      name: 'inline, BZIP2',
      signature: home.inlineSign(alice, DATA, { args: ['--compress-algo', 'bzip2'] }),
      reason: /compression 3/,
      gpgv: 'knows BZip2',
    },
    { ...good, name: 'inline, armoured', signature: home.inlineSign(alice, DATA, { args: ['--armor'] }) },
    {
      ...good,
      name: 'inline, text',
      signature: home.inlineSign(alice, text, { args: ['--textmode'] }),
      content: text.toString(),
    },
    {
      ...good,
      name: 'inline, by two',
      pins: [alice, bob],
      signature: home.inlineSign(alice, DATA, { args: ['--local-user', bob] }),
    },
    { ...good, name: 'inline, signature first', signature: rewrite([signature, literal]) },
    {
      ...good,
      name: 'inline, an uncompressed packet around',
      signature: packet(8, Buffer.concat([Buffer.from([0]), plain])),
    },
    {
      ...base,
      name: 'inline, a letter changed',
      signature: rewrite([announcement, { ...literal, body: flip(literal.body, -3) }, signature]),
      expected: 'tampered',
      reason: /does not hold/,
    },
    {
      ...base,
      name: 'inline, not pinned',
      pins: [bob],
      expected: 'untrusted',
      reason: /not pinned/,
      gpgv: 'any key of the keyring counts for it',
    },
    {
      ...base,
      name: 'inline, no signature',
      signature: rewrite([literal]),
      expected: 'unverifiable',
      reason: /there is no signature/,
    },
    {
      ...malformed,
      name: 'inline, the signature missing',
      signature: rewrite([announcement, literal]),
      reason: /not those that it announces/,
    },
    {
      ...malformed,
      name: 'inline, a signature that was not announced',
      signature: rewrite([literal, signature]),
      reason: /not those that it announces/,
    },
    {
      ...malformed,
      name: 'inline, two texts',
      signature: rewrite([announcement, literal, signature, literal]),
      reason: /a message beside the signed text/,
    },
    {
      ...malformed,
      name: 'inline, compressed twice',
      signature: compressed(compressed(plain)),
      reason: /compressed message/,
      gpgv: 'unpacks as often as it takes',
    },
    {
      ...malformed,
      // The last octet of the first says that nothing else is over the text (RFC 9580 section 5.4).
      name: 'inline, a signature over a signature',
      signature: rewrite([announcement, announcement, literal, signature, signature]),
      reason: /over another one/,
      gpgv: 'judges each signature as one over the text',
    },
    {
      ...malformed,
      name: 'inline, unpacks to more than the limit',
      signature: compressed(tooLarge),
      reason: /unpacks to more than 67108864/,
    },
    {
      ...malformed,
      name: 'inline, what is compressed broken',
      signature: packet(8, Buffer.from([1, 0xff, 0xff, 0xff])),
      reason: /broken/,
    },
    {
      ...malformed,
      name: 'inline, something after',
      signature: Buffer.concat([plain, Buffer.from('more')]),
      reason: /no OpenPGP packet/,
    },
    { ...malformed, name: 'a detached signature alone', signature: home.sign(alice, DATA), reason: /no signed text/ },
    {
      ...malformed,
      name: 'an encrypted message',
      signature: home.run(['--passphrase', 'secret', '--symmetric', '--s2k-count', '1024', '--output', '-'], DATA),
      reason: /an encrypted message, and no signed text/,
    },
  ];
}
