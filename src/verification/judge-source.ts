import type { Answer, DigestRequest, ReadSignatures, SignatureJudgement } from '../signatures/judgement.ts';
import type { ByteSink, DigestReader } from './digests.ts';
import { canDigest } from './lane.ts';
import type { ByteSource } from './source.ts';

/** A file of signatures, or why it is none. */
export interface SignatureFile {
  readonly path: string;
  readonly read: ReadSignatures;
}

/** A judgement, and the file that the signature stands in. */
export interface PlacedJudgement {
  readonly path: string;
  readonly judgement: SignatureJudgement;
}

export interface JudgeOptions {
  readonly reader: DigestReader;
  readonly at: Date;
  readonly signatures: readonly SignatureFile[];
  /** What else is to be known of the bytes. */
  readonly digests: readonly DigestRequest[];
  readonly sinks?: readonly ByteSink[];
}

export type JudgedSource =
  | {
      readonly kind: 'judged';
      readonly sizeBytes: number;
      /** In the order in which they were asked for. */
      readonly digests: readonly Uint8Array[];
      readonly judgements: readonly PlacedJudgement[];
    }
  | { readonly kind: 'unread'; readonly reason: string };

type Detached = Extract<ReadSignatures, { kind: 'signatures' }>['signatures'];

/** Either a signature that the bytes are read for, or what is known of it without them. */
type Prepared =
  | { readonly kind: 'asks'; readonly path: string; readonly detached: Detached; readonly firstDigest: number }
  | { readonly kind: 'known'; readonly placed: PlacedJudgement };

/** Reads the bytes once, for all signatures and for whatever else is asked of them. Closes the source. */
export async function judgeSource(source: ByteSource, options: JudgeOptions): Promise<JudgedSource> {
  const digests = [...options.digests];
  let contentLimitBytes: number | undefined;
  const prepared = options.signatures.map(({ path, read }): Prepared => {
    const why = read.kind === 'malformed' ? read.reason : uncomputable(read.signatures);
    if (read.kind === 'malformed' || why !== undefined) {
      return known(path, `${path} can't be judged: ${why ?? ''}`);
    }
    const { needs } = read.signatures;
    const firstDigest = digests.length;
    if (needs.kind === 'digests') digests.push(...needs.digests);
    else contentLimitBytes = Math.max(contentLimitBytes ?? 0, needs.limitBytes);
    return { kind: 'asks', path, detached: read.signatures, firstDigest };
  });
  const outcome = await options.reader.read(source, {
    digests,
    ...(contentLimitBytes !== undefined && { contentLimitBytes }),
    ...(options.sinks !== undefined && { sinks: options.sinks }),
  });
  if (outcome.kind === 'unread') return outcome;
  const judgements: PlacedJudgement[] = [];
  for (const one of prepared) {
    if (one.kind === 'known') judgements.push(one.placed);
    else judgements.push(...(await judgeOne(one, outcome, options.at)));
  }
  return {
    kind: 'judged',
    sizeBytes: outcome.sizeBytes,
    digests: outcome.digests.slice(0, options.digests.length),
    judgements,
  };
}

interface Known {
  readonly digests: readonly Uint8Array[];
  readonly content: Uint8Array | undefined;
}

async function judgeOne(
  { path, detached, firstDigest }: Extract<Prepared, { kind: 'asks' }>,
  { digests, content }: Known,
  at: Date,
): Promise<readonly PlacedJudgement[]> {
  const { needs } = detached;
  let answer: Answer;
  if (needs.kind === 'digests') {
    answer = { kind: 'digests', digests: digests.slice(firstDigest, firstDigest + needs.digests.length) };
  } else {
    if (content === undefined || content.length > needs.limitBytes) {
      const reason = `${path} signs the content as a whole, and there is more of it than the ${needs.limitBytes} bytes that can be judged so`;
      return [{ path, judgement: { verdict: 'unverifiable', reason } }];
    }
    answer = { kind: 'content', bytes: content };
  }
  const judgements = await detached.judge(answer, at);
  return judgements.map((judgement) => ({ path, judgement }));
}

function uncomputable({ needs }: Detached): string | undefined {
  const missing = needs.kind === 'digests' ? needs.digests.find(({ algorithm }) => !canDigest(algorithm)) : undefined;
  return missing === undefined ? undefined : `${missing.algorithm} can't be computed on this machine`;
}

function known(path: string, reason: string): Prepared {
  return { kind: 'known', placed: { path, judgement: { verdict: 'unverifiable', reason } } };
}
