/** What is asked for before a signature is judged: no more than it takes, and nothing where the verdict is known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMinisignSignature } from '../../src/signatures/minisign/minisign.ts';
import { readSignifySignature } from '../../src/signatures/minisign/signify.ts';
import type { Needs } from '../../src/signatures/judgement.ts';
import { readSshSignature } from '../../src/signatures/ssh/ssh.ts';
import type { Trust } from '../../src/signatures/trust.ts';
import { judged, type Reader, trustOf } from './schemes-judged.ts';
import { CONTENT } from './schemes-minisign.ts';
import { forge, forgeEd25519, forgeRsa } from './schemes-ssh-forge.ts';

const LIMIT_BYTES = 256 * 1024 * 1024;
const ZEROS = `RWQ${'A'.repeat(53)}`;

function minisign(algorithm: string): Buffer {
  const line = Buffer.concat([Buffer.from(algorithm), Buffer.alloc(72)]).toString('base64');
  return Buffer.from(`untrusted comment: a\n${line}\ntrusted comment: a\n${Buffer.alloc(64).toString('base64')}\n`);
}

const key = forgeEd25519();
const PINNED = trustOf({
  minisign: [{ key: ZEROS }],
  signify: [{ key: ZEROS }],
  ssh: [{ key: key.line, principal: 'alice' }],
});

function digest(algorithm: string): Needs {
  return { kind: 'digests', digests: [{ algorithm }] };
}

async function needsOf(reader: Reader, bytes: Uint8Array, trust: Trust): Promise<Needs> {
  const read = await reader(bytes, trust);
  assert.ok(read.kind === 'signatures');
  return read.signatures.needs;
}

describe('what a signature needs', () => {
  const signify = minisign('Ed').toString().split('\n').slice(0, 2).join('\n');
  const wanted: readonly (readonly [string, Reader, Buffer, Needs])[] = [
    ['minisign, prehashed', readMinisignSignature, minisign('ED'), digest('blake2b512')],
    ['minisign, legacy', readMinisignSignature, minisign('Ed'), { kind: 'content', limitBytes: LIMIT_BYTES }],
    ['signify', readSignifySignature, Buffer.from(signify), { kind: 'content', limitBytes: LIMIT_BYTES }],
    ['ssh', readSshSignature, Buffer.from(forge(CONTENT, key)), digest('sha512')],
    ['ssh, SHA-256', readSshSignature, Buffer.from(forge(CONTENT, key, { hash: 'sha256' })), digest('sha256')],
  ];
  for (const [name, reader, bytes, needs] of wanted)
    it(`of ${name}`, async () => {
      assert.deepEqual(await needsOf(reader, bytes, PINNED), needs);
      assert.deepEqual(await needsOf(reader, bytes, trustOf({})), { kind: 'digests', digests: [] });
    });
});

describe('a pin of ssh', () => {
  it('that can’t be read makes what it may have been unverifiable, and nothing else', async () => {
    const broken = { key: 'ssh-ed25519 AAAA', principal: 'bob' };
    const signature = Buffer.from(forge(CONTENT, key));
    const alone = await judged(readSshSignature, { signature, content: CONTENT, trust: trustOf({ ssh: [broken] }) });
    assert.equal(alone.verdict, 'unverifiable');
    assert.match(alone.reason, /key of bob can’t be read/);
    const both = trustOf({ ssh: [broken, { key: key.line, principal: 'alice' }] });
    assert.equal((await judged(readSshSignature, { signature, content: CONTENT, trust: both })).verdict, 'verified');
  });

  it('of RSA counts from the length on that the policy asks for', async () => {
    const rsa = forgeRsa(2048, { method: 'rsa-sha2-512', hash: 'sha512' });
    const signature = Buffer.from(forge(CONTENT, rsa));
    const wanted = { 2048: 'verified', 2049: 'untrusted' } as const;
    for (const [bits, verdict] of Object.entries(wanted)) {
      const trust = trustOf({ ssh: [{ key: rsa.line, principal: 'alice' }], minimumRsaBits: Number(bits) });
      assert.equal((await judged(readSshSignature, { signature, content: CONTENT, trust })).verdict, verdict);
    }
  });
});
