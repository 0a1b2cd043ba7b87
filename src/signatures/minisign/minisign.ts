import { Buffer } from 'node:buffer';
import { contentOf, digestOf, foregone, malformed, named, NEEDS_CONTENT, oneSignature } from '../detached.ts';
import type { Answer, Needs, ReadSignatures, SignatureJudgement } from '../judgement.ts';
import { ED25519_SIGNATURE_BYTES, ed25519Holds } from '../raw-ed25519.ts';
import { shown } from '../shown.ts';
import { strictBase64 } from '../strict-base64.ts';
import type { Trust } from '../trust.ts';
import {
  keyIdText,
  keysWithId,
  linesOf,
  parseSignature,
  type PinnedKey,
  type RawSignature,
  UNTRUSTED_COMMENT,
} from './format.ts';

const TRUSTED_COMMENT = 'trusted comment: ';
const LINES = 4;
/** minisign.h: comments of 1,024 and 8,192 bytes at most; the rest is two lines of base64. */
const LIMIT_BYTES = 16 * 1024;
const MS_PER_SECOND = 1000;

const NEEDS_DIGEST: Needs = { kind: 'digests', digests: [{ algorithm: 'blake2b512' }] };

interface MinisignFile extends RawSignature {
  readonly trustedComment: Buffer;
  /** Over the signature and the trusted comment. */
  readonly globalSignature: Buffer;
}

/** A `.minisig`; the untrusted comment says nothing that counts, so nothing is made of it. */
export function readMinisignSignature(bytes: Uint8Array, trust: Trust): Promise<ReadSignatures> {
  return Promise.resolve(read(bytes, trust));
}

function read(bytes: Uint8Array, trust: Trust): ReadSignatures {
  const file = parse(bytes);
  if (typeof file === 'string') return malformed(file);
  const keys = keysWithId(trust.policy.minisign, file.keyId);
  const signer = { scheme: 'minisign', id: keyIdText(file.keyId) } as const;
  if (keys.length === 0)
    return foregone('minisign', { verdict: 'untrusted', reason: `minisign key ${signer.id} is not pinned`, signer });
  const needs = file.algorithm === 'ED' ? NEEDS_DIGEST : NEEDS_CONTENT;
  return oneSignature({ scheme: 'minisign', needs, judge: (answer) => judge(file, keys, answer) });
}

function judge(file: MinisignFile, keys: readonly PinnedKey[], answer: Answer): SignatureJudgement {
  const id = keyIdText(file.keyId);
  const signed = file.algorithm === 'ED' ? digestOf(answer) : contentOf(answer);
  const key = keys.find(({ publicKey }) => ed25519Holds(publicKey, signed, file.signature));
  const signer = named({ scheme: 'minisign', id }, (key ?? keys[0])?.name);
  if (key === undefined)
    return { verdict: 'tampered', reason: `minisign key ${id} is pinned and did not sign these bytes`, signer };
  const all = Buffer.concat([file.signature, file.trustedComment]);
  if (!ed25519Holds(key.publicKey, all, file.globalSignature))
    return { verdict: 'tampered', reason: `the trusted comment is not what minisign key ${id} signed`, signer };
  const comment = file.trustedComment.toString();
  const signedAt = timestampOf(comment);
  return {
    verdict: 'verified',
    reason: `signed with minisign key ${id}, trusted comment: ${shown(comment)}`,
    signer,
    ...(signedAt !== undefined && { signedAt }),
  };
}

/** The signature, or why it is none. */
function parse(bytes: Uint8Array): MinisignFile | string {
  if (bytes.length > LIMIT_BYTES) return `a minisign signature has ${LIMIT_BYTES} bytes at most`;
  const { lines, rest } = linesOf(bytes, LINES);
  const [untrusted, signature, trusted, global] = lines;
  if (untrusted === undefined || signature === undefined || trusted === undefined || global === undefined)
    return 'a minisign signature has four lines';
  if (rest.length > 0) return 'there is more after the four lines of the minisign signature';
  if (!startsWith(untrusted, UNTRUSTED_COMMENT)) return `line 1 does not begin with “${UNTRUSTED_COMMENT}”`;
  const raw = parseSignature(signature);
  if (raw === undefined) return 'line 2 is no minisign signature';
  if (!startsWith(trusted, TRUSTED_COMMENT)) return `line 3 does not begin with “${TRUSTED_COMMENT}”`;
  const globalSignature = strictBase64(global.toString('latin1'));
  if (globalSignature?.length !== ED25519_SIGNATURE_BYTES) return 'line 4 is no signature of the trusted comment';
  return { ...raw, trustedComment: trusted.subarray(TRUSTED_COMMENT.length), globalSignature };
}

function startsWith(line: Buffer, text: string): boolean {
  return line.subarray(0, text.length).equals(Buffer.from(text));
}

/** minisign writes `timestamp:<seconds>` and other fields, with tabs between them; people may write what they like. */
function timestampOf(comment: string): string | undefined {
  const seconds = /(?:^|\t)timestamp:(?<seconds>\d{1,11})(?:\t|$)/.exec(comment)?.groups?.['seconds'];
  return seconds === undefined ? undefined : new Date(Number(seconds) * MS_PER_SECOND).toISOString();
}
