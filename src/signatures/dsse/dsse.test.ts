import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64 } from './base64.ts';
import { type Envelope, readEnvelope, renderEnvelope } from './envelope.ts';
import { preAuthenticationEncoding } from './pre-authentication.ts';
import { ed25519Bytes, readPublicKey, type VerificationKey } from './public-key.ts';
import { signersOf } from './verify.ts';

// The example of https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md, "Test Vectors".
const EXAMPLE = {
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  payload: 'hello world',
  payloadType: 'http://example.com/HelloWorld',
  encoded: 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  envelope: `{"payload": "aGVsbG8gd29ybGQ=",
 "payloadType": "http://example.com/HelloWorld",
 "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}`,
};
const P256_SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

function exampleKey(): VerificationKey {
  const [x, y] = [EXAMPLE.x, EXAMPLE.y].map((number) => number.toString(16).padStart(64, '0'));
  return keyOf(Buffer.from(`${P256_SPKI_PREFIX}${String(x)}${String(y)}`, 'hex').toString('base64'));
}

function keyOf(text: string): VerificationKey {
  const read = readPublicKey(text);
  assert.ok(read.kind === 'key', read.kind === 'refused' ? read.reason : '');
  return read.key;
}

function envelopeOf(json: string): Envelope {
  const read = readEnvelope(json);
  assert.ok(read.kind === 'envelope', read.kind === 'malformed' ? read.reason : '');
  return read.envelope;
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const OWN = keyOf(publicKey.export({ format: 'pem', type: 'spki' }).toString());

function signed(payload: Uint8Array, payloadType = 'text/plain'): Envelope {
  const bytes = sign(null, preAuthenticationEncoding(payloadType, payload), privateKey);
  return { payloadType, payload, signatures: [{ bytes }] };
}

test('the example of the specification', () => {
  const encoded = preAuthenticationEncoding(EXAMPLE.payloadType, Buffer.from(EXAMPLE.payload));
  assert.equal(Buffer.from(encoded).toString(), EXAMPLE.encoded);
  const key = exampleKey();
  assert.deepEqual(signersOf(envelopeOf(EXAMPLE.envelope), [OWN, key]), [key]);
  assert.deepEqual(signersOf(envelopeOf(EXAMPLE.envelope.replace('aGVs', 'aGVr')), [key]), [undefined]);
  assert.deepEqual(signersOf(envelopeOf(EXAMPLE.envelope.replace('/HelloWorld', '/HelloWorlds')), [key]), [undefined]);
});

test('lengths count bytes, not characters', () => {
  const encoded = preAuthenticationEncoding('é', new Uint8Array([0, 255]));
  assert.deepEqual([...encoded], [...Buffer.from('DSSEv1 2 é 2 '), 0, 255]);
});

test('no two pairs of type and payload have the same encoding', () => {
  const pair = fc.tuple(fc.string({ unit: 'grapheme' }), fc.uint8Array());
  fc.assert(
    fc.property(pair, pair, ([type, body], [otherType, otherBody]) => {
      const isSamePair = type === otherType && Buffer.compare(body, otherBody) === 0;
      const [one, other] = [preAuthenticationEncoding(type, body), preAuthenticationEncoding(otherType, otherBody)];
      return (Buffer.compare(one, other) === 0) === isSamePair;
    }),
  );
});

test('Base64 of both alphabets, each value in one spelling', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const standard = Buffer.from(bytes).toString('base64');
      const urlSafe = standard.replaceAll('+', '-').replaceAll('/', '_');
      assert.deepEqual(decodeBase64(standard), bytes);
      assert.deepEqual(decodeBase64(urlSafe), bytes);
    }),
  );
  for (const bad of ['aGVsbG8', 'aGVsbG9=', 'a', 'aGVs bG8=', 'aGVs\nbG8=', '+_==', 'aGVsbG8==', '====', 'é'])
    assert.equal(decodeBase64(bad), undefined, bad);
});

test('what is rendered is read again, and a changed bit anywhere is seen', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (payload, seed) => {
      const envelope = signed(payload);
      const again = envelopeOf(renderEnvelope(envelope));
      assert.deepEqual(signersOf(again, [OWN]), [OWN]);
      const bent = Uint8Array.from(payload);
      const at = seed % bent.length;
      bent[at] = (bent[at] ?? 0) ^ (1 << (seed % 8));
      assert.deepEqual(signersOf({ ...again, payload: bent }, [OWN]), [undefined]);
      const signature = Uint8Array.from(again.signatures[0]?.bytes ?? []);
      signature[seed % signature.length] = (signature[seed % signature.length] ?? 0) ^ 1;
      assert.deepEqual(signersOf({ ...again, signatures: [{ bytes: signature }] }, [OWN]), [undefined]);
    }),
    { numRuns: 50 },
  );
});

test('each signature is judged by itself, and key ids have no say', () => {
  const envelope = signed(Buffer.from('x'));
  const [own] = envelope.signatures;
  assert.ok(own !== undefined);
  const signatures = [
    { bytes: Buffer.alloc(64), keyId: OWN.id },
    { ...own, keyId: 'somebody else' },
    { bytes: Buffer.from('x') },
  ];
  assert.deepEqual(signersOf({ ...envelope, signatures }, [exampleKey(), OWN]), [undefined, OWN, undefined]);
  assert.deepEqual(signersOf(envelope, []), [undefined]);
});

test('ECDSA in DER, too', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = keyOf(pair.publicKey.export({ format: 'pem', type: 'spki' }).toString());
  const payload = Buffer.from('x');
  const bytes = sign('sha256', preAuthenticationEncoding('t', payload), pair.privateKey);
  assert.deepEqual(signersOf({ payloadType: 't', payload, signatures: [{ bytes }] }, [key]), [key]);
});

test('an envelope that is none', () => {
  const good = JSON.parse(renderEnvelope(signed(Buffer.from('x')))) as Record<string, unknown>;
  const cases: readonly [string, unknown][] = [
    ['no payload', { ...good, payload: undefined }],
    ['no type', { ...good, payloadType: '' }],
    ['a lone surrogate', { ...good, payloadType: '\ud800' }],
    ['no signatures', { ...good, signatures: [] }],
    ['too many', { ...good, signatures: Array.from({ length: 33 }, () => ({ sig: 'AA==' })) }],
    ['a signature of nothing', { ...good, signatures: [{ sig: '' }] }],
    ['bad Base64', { ...good, payload: 'a' }],
    ['bad Base64 in a signature', { ...good, signatures: [{ sig: '*' }] }],
    ['a list', [good]],
  ];
  for (const [name, value] of cases) assert.equal(readEnvelope(JSON.stringify(value)).kind, 'malformed', name);
  assert.equal(readEnvelope('{').kind, 'malformed');
  assert.equal(readEnvelope('['.repeat(1_000_000)).kind, 'malformed');
  assert.equal(readEnvelope(JSON.stringify({ ...good, payload: 'A'.repeat(9_000_000) })).kind, 'malformed');
  assert.equal(
    readEnvelope(JSON.stringify({ ...good, unknown: 1 })).kind,
    'envelope',
    'unknown fields are passed over',
  );
  fc.assert(fc.property(fc.json(), (json) => ['envelope', 'malformed'].includes(readEnvelope(json).kind)));
});

test('keys in every spelling, and those that do not count', () => {
  const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const raw = Buffer.from(ed25519Bytes(OWN) ?? []).toString('base64');
  assert.deepEqual([keyOf(der).id, keyOf(raw).id], [OWN.id, OWN.id]);
  const pem = (type: 'rsa' | 'ed448') =>
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'pem', type: 'spki' }).toString()
      : generateKeyPairSync('ed448').publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey;
  const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const refused = [
    pem('rsa'),
    pem('ed448'),
    p384.export({ format: 'pem', type: 'spki' }).toString(),
    secret,
    '',
    'AAAA',
    '*',
  ];
  for (const text of refused) assert.equal(readPublicKey(text).kind, 'refused', text);
  assert.equal(createPrivateKey(secret).asymmetricKeyType, 'ed25519');
});
