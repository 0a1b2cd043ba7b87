import { createHash } from 'node:crypto';
import { combineJudgements } from '../../../../signatures/combine.ts';
import type { Answer, DigestRequest, Needs, SignatureJudgement } from '../../../../signatures/judgement.ts';
import { readOpenPgpSignatures } from '../../../../signatures/openpgp/detached.ts';
import { judgeOpenPgpMessage } from '../../../../signatures/openpgp/message.ts';
import type { Trust } from '../../../../signatures/trust.ts';

export interface JudgedRelease {
  readonly judgement: SignatureJudgement;
  /** The keys whose signatures are good, by the fingerprints of their primary keys. */
  readonly signers: readonly string[];
  /** What was signed. */
  readonly content?: Uint8Array;
}

/** One signature by a key that may sign is enough for apt: a repository that changes its key signs with both for a while. */
export async function judgeInRelease(bytes: Uint8Array, trust: Trust, at: Date): Promise<JudgedRelease> {
  const message = await judgeOpenPgpMessage(bytes, trust, at);
  if (message.kind === 'malformed') {
    return unverifiable(`it is no signed message: ${message.reason}`);
  }
  return { ...judged(message.judgements), content: message.content };
}

/** The same of Release.gpg, which stands beside Release. */
export async function judgeDetachedRelease({
  content,
  signature,
  trust,
  at,
}: {
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
  readonly trust: Trust;
  readonly at: Date;
}): Promise<JudgedRelease> {
  const read = await readOpenPgpSignatures(signature, trust);
  if (read.kind === 'malformed') {
    return unverifiable(`its signature can't be read: ${read.reason}`);
  }
  return { ...judged(await read.signatures.judge(answerTo(read.signatures.needs, content), at)), content };
}

function judged(judgements: readonly SignatureJudgement[]): JudgedRelease {
  const good = judgements.filter(({ verdict }) => verdict === 'verified');
  return { judgement: combineJudgements(judgements), signers: good.flatMap(({ signer }) => signer?.id ?? []) };
}

function unverifiable(reason: string): JudgedRelease {
  return { judgement: { verdict: 'unverifiable', reason }, signers: [] };
}

function answerTo(needs: Needs, content: Uint8Array): Answer {
  if (needs.kind === 'content') return { kind: 'content', bytes: content };
  return { kind: 'digests', digests: needs.digests.map((request) => digestOf(request, content)) };
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function digestOf({ algorithm, prefix, suffix, isText = false }: DigestRequest, content: Uint8Array): Uint8Array {
  const hash = createHash(algorithm);
  if (prefix !== undefined) hash.update(prefix);
  hash.update(isText ? withCarriageReturns(content) : content);
  if (suffix !== undefined) hash.update(suffix);
  return new Uint8Array(hash.digest());
}

/** RFC 9580 section 5.2.1.2. */
function withCarriageReturns(content: Uint8Array): Uint8Array {
  const text: number[] = [];
  for (const [index, byte] of content.entries()) {
    if (byte === LINE_FEED && content[index - 1] !== CARRIAGE_RETURN) text.push(CARRIAGE_RETURN);
    text.push(byte);
  }
  return Uint8Array.from(text);
}
