import { Buffer } from 'node:buffer';
import { contentOf, foregone, malformed, named, NEEDS_CONTENT, oneSignature } from '../detached.ts';
import type { ReadSignatures, SignatureJudgement } from '../judgement.ts';
import { ed25519Holds } from '../raw-ed25519.ts';
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

const LINES = 2;
/** signify.c: COMMENTMAXLEN. */
const COMMENT_LIMIT_BYTES = 1024;

/** What a file signed with `signify -S -e` says. */
export interface SignifyMessage {
  readonly judgement: SignatureJudgement;
  /** Only where the verdict is `verified`. */
  readonly content?: Uint8Array;
}

interface SignifyFile {
  readonly raw: RawSignature;
  /** What follows the signature. */
  readonly message: Buffer;
}

/** A `.sig` of signify(1), which signs the content. One that holds its message too (`-e`) signs a file with the same content, as for signify. */
export function readSignifySignature(bytes: Uint8Array, trust: Trust): Promise<ReadSignatures> {
  return Promise.resolve(read(bytes, trust));
}

/** A file that holds its own message, as `SHA256.sig` of a release does: a signed list of digests. */
export function judgeSignifyMessage(bytes: Uint8Array, trust: Trust): SignifyMessage {
  const file = parse(bytes);
  if (typeof file === 'string') return { judgement: { verdict: 'unverifiable', reason: file } };
  const keys = keysWithId(trust.policy.signify, file.raw.keyId);
  if (keys.length === 0) return { judgement: unpinned(file.raw) };
  const judgement = judge(file.raw, keys, file.message);
  return judgement.verdict === 'verified' ? { judgement, content: file.message } : { judgement };
}

function read(bytes: Uint8Array, trust: Trust): ReadSignatures {
  const file = parse(bytes);
  if (typeof file === 'string') return malformed(file);
  const keys = keysWithId(trust.policy.signify, file.raw.keyId);
  if (keys.length === 0) return foregone('signify', unpinned(file.raw));
  return oneSignature({
    scheme: 'signify',
    needs: NEEDS_CONTENT,
    judge: (answer) => judge(file.raw, keys, contentOf(answer)),
  });
}

function unpinned({ keyId }: RawSignature): SignatureJudgement {
  const id = keyIdText(keyId);
  return { verdict: 'untrusted', reason: `signify key ${id} is not pinned`, signer: { scheme: 'signify', id } };
}

function judge(raw: RawSignature, keys: readonly PinnedKey[], content: Uint8Array): SignatureJudgement {
  const id = keyIdText(raw.keyId);
  const key = keys.find(({ publicKey }) => ed25519Holds(publicKey, content, raw.signature));
  const signer = named({ scheme: 'signify', id }, (key ?? keys[0])?.name);
  return key === undefined
    ? { verdict: 'tampered', reason: `signify key ${id} is pinned and did not sign these bytes`, signer }
    : { verdict: 'verified', reason: `signed with signify key ${id}`, signer };
}

/** The file, or why it is none. */
function parse(bytes: Uint8Array): SignifyFile | string {
  const { lines, rest } = linesOf(bytes, LINES);
  const [comment, signature] = lines;
  if (comment === undefined || signature === undefined) return 'a signify signature has two lines';
  const limit = UNTRUSTED_COMMENT.length + COMMENT_LIMIT_BYTES;
  if (comment.length > limit || !comment.subarray(0, UNTRUSTED_COMMENT.length).equals(Buffer.from(UNTRUSTED_COMMENT)))
    return `line 1 is no comment that begins with “${UNTRUSTED_COMMENT}”`;
  const raw = parseSignature(signature);
  return raw?.algorithm === 'Ed' ? { raw, message: rest } : 'line 2 is no signify signature';
}
