import assert from 'node:assert/strict';
import { createMessage, createCleartextMessage, generateKey, type PrivateKey, sign } from 'openpgp';
import { DATA } from './openpgp-cast.ts';
import type { Case } from './openpgp-case.ts';
import { flip } from './forge.ts';

const TOO_NEW = 'the releases of Debian 12 know nothing of RFC 9580';

/** Keys and signatures of RFC 9580, which gpg does not make: by OpenPGP.js. */
export async function modernCases(): Promise<readonly Case[]> {
  return [
    ...(await casesOf('version 6, Ed25519', true, { type: 'curve25519' })),
    ...(await casesOf('version 6, Ed448', true, { type: 'curve448' })),
    ...(await casesOf('version 6, P-256', true, { type: 'ecc', curve: 'nistP256' })),
    ...(await casesOf('version 4, Ed25519 as RFC 9580 has it', false, { type: 'curve25519' })),
  ];
}

type Kind = { readonly type: 'curve25519' | 'curve448' } | { readonly type: 'ecc'; readonly curve: 'nistP256' };

async function casesOf(name: string, isV6: boolean, kind: Kind): Promise<readonly Case[]> {
  const config = { v6Keys: isV6 };
  const { privateKey, publicKey } = await generateKey({
    ...kind,
    userIDs: [{ name: 'modern', email: 'modern@example.org' }],
    format: 'object',
    config,
  });
  const signature = await detached(privateKey, DATA);
  const text = Buffer.from(DATA).toString();
  const base = { keyring: publicKey.write(), pins: [publicKey.getFingerprint().toUpperCase()], signature };
  const tools = { gpgv: TOO_NEW, sqv: TOO_NEW };
  const good = { ...base, expected: 'verified', reason: /^signed by somebody/ } as const;
  const clear = await sign({
    message: await createCleartextMessage({ text: text.trimEnd() }),
    signingKeys: privateKey,
  });
  const message = await createMessage({ binary: DATA });
  const inline = octets(await sign({ message, signingKeys: privateKey, format: 'binary' }));
  return [
    { ...good, ...tools, name, data: DATA },
    { ...base, name: `${name}, a byte changed`, data: flip(DATA, 9), expected: 'tampered', reason: /does not hold/ },
    {
      ...good,
      gpgv: TOO_NEW,
      name: `${name}, clear-signed`,
      signature: Buffer.from(clear),
      content: text,
    },
    { ...good, gpgv: TOO_NEW, name: `${name}, inline`, signature: inline, content: text },
  ];
}

async function detached(key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
  const message = await createMessage({ binary: data });
  return octets(await sign({ message, signingKeys: key, detached: true, format: 'binary' }));
}

/** The types of the library leave open whether it gives a stream. */
function octets(signed: unknown): Uint8Array {
  assert.ok(signed instanceof Uint8Array);
  return signed;
}
