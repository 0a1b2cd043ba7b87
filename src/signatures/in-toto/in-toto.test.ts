import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answer, SignatureJudgement } from '../judgement.ts';
import { renderEnvelope } from '../dsse/envelope.ts';
import { preAuthenticationEncoding } from '../dsse/pre-authentication.ts';
import { type Trust, trustPolicy } from '../trust.ts';
import { readInTotoAttestations } from './in-toto.ts';
import { PAYLOAD_TYPE, readStatement, STATEMENT_TYPE } from './statement.ts';

const CONTENT = Buffer.from('a release');
const NOW = new Date('2026-11-26T00:00:00Z');
const PINNED = generateKeyPairSync('ed25519');
const STRANGER = generateKeyPairSync('ed25519');

function trustIn(...keys: readonly KeyObject[]): Trust {
  const attestations = keys.map((key) => ({ key: key.export({ format: 'pem', type: 'spki' }).toString(), name: 'us' }));
  return { policy: trustPolicy.parse({ attestations }), openpgpKeys: [], sigstoreRoots: [], problems: [] };
}

const hex = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');
const about = (bytes: Uint8Array): Record<string, string> => ({ sha256: hex('sha256', bytes) });

interface Line {
  readonly digests: readonly Record<string, string>[];
  readonly key?: KeyObject;
  readonly keyId?: string;
  readonly type?: string;
}

function line({ digests, key = PINNED.privateKey, keyId, type = STATEMENT_TYPE }: Line): string {
  const subject = digests.map((digest, index) => ({ name: `file-${String(index)}`, digest }));
  const statement = { _type: type, subject, predicateType: 'https://slsa.dev/provenance/v1', predicate: {} };
  const payload = Buffer.from(JSON.stringify(statement));
  const bytes = sign(null, preAuthenticationEncoding(PAYLOAD_TYPE, payload), key);
  const signature = { bytes, ...(keyId !== undefined && { keyId }) };
  return renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, signatures: [signature] });
}

async function judge(lines: readonly string[], trust: Trust): Promise<readonly SignatureJudgement[]> {
  const read = await readInTotoAttestations(Buffer.from(lines.join('\n')), trust);
  assert.ok(read.kind === 'signatures', read.kind === 'malformed' ? read.reason : '');
  const { needs } = read.signatures;
  assert.ok(needs.kind === 'digests');
  const digests = needs.digests.map(({ algorithm }) => createHash(algorithm).update(CONTENT).digest());
  const answer: Answer = { kind: 'digests', digests };
  return read.signatures.judge(answer, NOW);
}

const verdicts = (judgements: readonly SignatureJudgement[]): readonly string[] =>
  judgements.map(({ verdict }) => verdict);

const trust = trustIn(PINNED.publicKey);

test('a pinned key about these bytes, in either digest, in either version', async () => {
  const both = { ...about(CONTENT), sha512: hex('sha512', CONTENT) };
  for (const digest of [about(CONTENT), { sha512: hex('sha512', CONTENT) }, both, { ...both, gitCommit: 'ab' }])
    assert.deepEqual(verdicts(await judge([line({ digests: [digest] })], trust)), ['verified']);
  const old = line({ digests: [about(CONTENT)], type: 'https://in-toto.io/Statement/v0.1' });
  assert.deepEqual(verdicts(await judge([old, ''], trust)), ['verified']);
  const [judgement] = await judge([line({ digests: [about(CONTENT)] })], trust);
  assert.deepEqual([judgement?.signer?.name, judgement?.signer?.scheme], ['us', 'in-toto']);
});

test('one of many subjects is enough, one of many statements too', async () => {
  const other = about(Buffer.from('another file'));
  assert.deepEqual(verdicts(await judge([line({ digests: [other, about(CONTENT)] })], trust)), ['verified']);
  const lines = [line({ digests: [other] }), line({ digests: [about(CONTENT)] })];
  assert.deepEqual(verdicts(await judge(lines, trust)), ['verified']);
});

test('a pinned key about other bytes', async () => {
  const other = about(Buffer.from('another file'));
  assert.deepEqual(verdicts(await judge([line({ digests: [other] })], trust)), ['tampered']);
  const contradictory = { ...about(CONTENT), sha512: hex('sha512', Buffer.from('another file')) };
  assert.deepEqual(verdicts(await judge([line({ digests: [contradictory] })], trust)), ['tampered']);
});

test('nobody who is pinned', async () => {
  const foreign = line({ digests: [about(CONTENT)], key: STRANGER.privateKey, keyId: 'x' });
  assert.deepEqual(verdicts(await judge([foreign], trust)), ['untrusted']);
  assert.deepEqual(verdicts(await judge([line({ digests: [about(CONTENT)] })], trustIn())), ['untrusted']);
});

test('who names a pinned key must have its signature', async () => {
  const own = createHash('sha256')
    .update(PINNED.publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex');
  const forged = line({ digests: [about(CONTENT)], key: STRANGER.privateKey, keyId: own });
  assert.deepEqual(verdicts(await judge([forged], trust)), ['tampered']);
});

test('digests that do not count', async () => {
  const sha1 = { sha1: hex('sha1', CONTENT) };
  assert.deepEqual(verdicts(await judge([line({ digests: [sha1] })], trust)), ['unverifiable']);
});

test('a changed payload is nobody’s', async () => {
  const good = line({ digests: [about(CONTENT)] });
  const { payload } = JSON.parse(good) as { readonly payload: string };
  const text = Buffer.from(payload, 'base64').toString().replace('slsa.dev', 'slsa.def');
  const bent = good.replace(payload, Buffer.from(text).toString('base64'));
  assert.notEqual(bent, good);
  assert.deepEqual(verdicts(await judge([bent], trust)), ['untrusted']);
});

test('files that are none', async () => {
  const good = line({ digests: [about(CONTENT)] });
  const notInToto = renderEnvelope({
    payloadType: 'text/plain',
    payload: Buffer.from('x'),
    signatures: [{ bytes: Buffer.from('x') }],
  });
  const cases = [
    '',
    '\n\n',
    '{}',
    `${good}\nrubbish`,
    notInToto,
    line({ digests: [] }),
    line({ digests: [about(CONTENT)], type: 'x' }),
  ];
  for (const text of [...cases, Array.from({ length: 513 }, () => good).join('\n')]) {
    const read = await readInTotoAttestations(Buffer.from(text), trust);
    assert.equal(read.kind, 'malformed', text.slice(0, 200));
  }
  assert.equal((await readInTotoAttestations(Buffer.from([0xff, 0xfe]), trust)).kind, 'malformed');
  fc.assert(
    fc.property(fc.json(), (json) => ['statement', 'malformed'].includes(readStatement(Buffer.from(json)).kind)),
  );
});

test('a pin that is no key is refused where it is written', () => {
  const read = trustPolicy.safeParse({ attestations: [{ key: 'rubbish' }] });
  assert.match(read.error?.issues[0]?.message ?? '', /must be a public key/);
});
