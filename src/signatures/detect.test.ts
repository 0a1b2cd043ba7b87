import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { detectScheme } from './detect.ts';
import type { SignatureScheme } from './judgement.ts';

const COMMENT = 'untrusted comment: of a key\n';

const FILES: readonly (readonly [string, string | Uint8Array, SignatureScheme | undefined])[] = [
  ['OpenPGP in armour', '-----BEGIN PGP SIGNATURE-----\n\niQ', 'openpgp'],
  ['OpenPGP in armour, after text', 'Made today.\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQ', 'openpgp'],
  ['a text signed by OpenPGP', '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n', 'openpgp'],
  ['a packet of the old format', Uint8Array.of(0x89, 0x01, 0x33, 0x04, 0x00), 'openpgp'],
  ['a packet of the new format', Uint8Array.of(0xc2, 0x75, 0x06, 0x00, 0x01), 'openpgp'],
  ['a public key of OpenPGP', Uint8Array.of(0x99, 0x01, 0x0d, 0x04, 0x00), undefined],
  ['a key in armour', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n', undefined],
  ['minisign', `${COMMENT}RUSI2/Y4\ntrusted comment: timestamp:1\nabc\n`, 'minisign'],
  ['minisign, legacy', `${COMMENT}RWSI2/Y4\ntrusted comment: timestamp:1\nabc\n`, 'minisign'],
  ['minisign, cut short', `${COMMENT}RUSI2/Y4\n`, 'minisign'],
  ['signify', `${COMMENT}RWT5tTom\n`, 'signify'],
  ['signify with its message', `${COMMENT}RWT5tTom\nSHA256 (a) = 00\n`, 'signify'],
  ['ssh', '-----BEGIN SSH SIGNATURE-----\nU1NI', 'ssh'],
  ['Sigstore', '{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}', 'sigstore'],
  ['Sigstore of 2022', '{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1"}', 'sigstore'],
  [
    'Sigstore, one a line',
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}\n{"mediaType":""}\n',
    'sigstore',
  ],
  ['in-toto', '{"payloadType":"application/vnd.in-toto+json","payload":""}\n{"payloadType":""}\n', 'in-toto'],
  ['an envelope of something else', '{"payloadType":"text/plain"}', undefined],
  ['other JSON', '{"mediaType": 1}', undefined],
  ['a list', '[]', undefined],
  ['no JSON', '{', undefined],
  ['nothing', '', undefined],
  ['text', 'SHA256 (a) = 00\n', undefined],
  ['an executable file', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0x02), undefined],
];

describe('the scheme of a signature file', () => {
  for (const [name, content, scheme] of FILES)
    it(`is told of ${name}`, () => {
      assert.equal(detectScheme(Buffer.from(content)), scheme);
    });

  it('is told of anything without an exception', () => {
    const start = fc.constantFrom('', COMMENT, '{', ' {"mediaType":', '-----BEGIN SSH SIGNATURE-----', '\x88');
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (text, rest) => {
        detectScheme(Buffer.concat([Buffer.from(text, 'latin1'), rest]));
      }),
    );
  });
});
