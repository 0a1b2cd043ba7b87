import { Buffer } from 'node:buffer';
import type { FileReport } from '../core/verify-report.ts';
import { combineJudgements } from '../signatures/combine.ts';
import type { SignatureJudgement } from '../signatures/judgement.ts';
import type { Trust } from '../signatures/trust.ts';
import type { ByteSink, DigestReader } from './digests.ts';
import type { PlacedJudgement } from './judge-source.ts';
import { hasPlainFrame } from './message-frame.ts';
import { signatureReport } from './signature-report.ts';
import type { ByteSource } from './source.ts';

/** Files that hold both what is signed and its signature. */
export type MessageForm = 'openpgp' | 'signify';

const BYTES_PER_MIB = 1024 * 1024;
/** They are judged in memory. */
const MESSAGE_LIMIT_BYTES = 64 * BYTES_PER_MIB;

/** What tells them apart stands at their start. */
export const HEAD_BYTES = 64;

const OPENPGP_MESSAGE = /^(?:\ufeff)?-----BEGIN PGP (?:SIGNED )?MESSAGE-----/;
/** signify -e; a minisign signature begins alike, but is no list. */
const SIGNIFY_COMMENT = 'untrusted comment:';

/** What kind of message a file is, by its first bytes. */
export function messageFormOf(head: Uint8Array): MessageForm | undefined {
  const text = Buffer.from(head).toString('utf8');
  if (OPENPGP_MESSAGE.test(text)) return 'openpgp';
  return text.startsWith(SIGNIFY_COMMENT) ? 'signify' : undefined;
}

export interface MessageOptions {
  readonly path: string;
  readonly form: MessageForm;
  readonly reader: DigestReader;
  readonly trust: Trust;
  readonly at: Date;
}

export type JudgedMessage =
  | {
      readonly kind: 'judged';
      readonly judgements: readonly PlacedJudgement[];
      /** What was signed; `undefined` where nothing of it may be used. */
      readonly content: Uint8Array | undefined;
      /** Whether what isn't signed of the file is mere words. */
      readonly isFramePlain: boolean;
      readonly sizeBytes: number;
      /** Of the whole file. */
      readonly sha256: Uint8Array;
    }
  | { readonly kind: 'unread'; readonly reason: string };

const TOO_LARGE: JudgedMessage = {
  kind: 'unread',
  reason: `it is a signed message larger than ${MESSAGE_LIMIT_BYTES} bytes`,
};

/** Reads a message and judges it. Closes the source. */
export async function judgeMessage(source: ByteSource, options: MessageOptions): Promise<JudgedMessage> {
  const { path, reader } = options;
  if ((source.sizeBytes ?? 0) > MESSAGE_LIMIT_BYTES) {
    await source.close();
    return TOO_LARGE;
  }
  const digests = [{ algorithm: 'sha256' }];
  const outcome = await reader.read(source, { digests, contentLimitBytes: MESSAGE_LIMIT_BYTES });
  if (outcome.kind === 'unread') return outcome;
  if (outcome.content === undefined) return TOO_LARGE;
  const judged =
    options.form === 'openpgp'
      ? await judgeOpenPgp(outcome.content, { ...options, path })
      : await judgeSignify(outcome.content, options);
  const {
    sizeBytes,
    digests: [sha256 = new Uint8Array()],
  } = outcome;
  const isFramePlain = hasPlainFrame(outcome.content, options.form);
  return { kind: 'judged', ...judged, isFramePlain, sizeBytes, sha256 };
}

/** The same as a report of a file that holds its own signature; what goes to sinks is what was signed, and nothing around it. */
export async function judgeMessageFile(
  source: ByteSource,
  options: MessageOptions & { readonly sinks?: readonly ByteSink[] },
): Promise<FileReport> {
  const { path, sinks = [] } = options;
  const judged = await judgeMessage(source, options);
  if (judged.kind === 'unread') return { ...judged, path };
  const combined = combineJudgements(judged.judgements.map(({ judgement }) => judgement));
  const isWholeFileMeant = sinks.length === 0;
  const { verdict, reason } = isWholeFileMeant && !judged.isFramePlain ? notWhole(combined) : combined;
  if (judged.content !== undefined) for (const sink of sinks) await sink.write(judged.content);
  return {
    kind: 'judged',
    path,
    sizeBytes: judged.sizeBytes,
    verdict,
    reason: `what it holds between its marks: ${reason}`,
    digests: { sha256: Buffer.from(judged.sha256).toString('hex') },
    signatures: judged.judgements.map(signatureReport),
    listed: [],
  };
}

/** Whoever goes on with the file reads what nobody signed, too. */
function notWhole({ verdict, reason }: Pick<SignatureJudgement, 'verdict' | 'reason'>): SignatureJudgement {
  if (verdict !== 'verified') return { verdict, reason };
  const why = 'but what nobody signed stands beside it and is more than words; --output hands on what was signed alone';
  return { verdict: 'unverifiable', reason: `${reason}, ${why}` };
}

/** What a message says, apart from its bytes. */
type Said = Pick<Extract<JudgedMessage, { kind: 'judged' }>, 'judgements' | 'content'>;

async function judgeOpenPgp(bytes: Uint8Array, { path, trust, at }: MessageOptions): Promise<Said> {
  const { judgeOpenPgpMessage } = await import('../signatures/openpgp/message.ts');
  const message = await judgeOpenPgpMessage(bytes, trust, at);
  if (message.kind === 'malformed') return malformed(path, message.reason);
  const { content, judgements } = message;
  return { content, judgements: judgements.map((judgement) => ({ path, judgement })) };
}

async function judgeSignify(bytes: Uint8Array, { path, trust }: MessageOptions): Promise<Said> {
  const { judgeSignifyMessage } = await import('../signatures/minisign/signify.ts');
  const { judgement, content } = judgeSignifyMessage(bytes, trust);
  return { content, judgements: [{ path, judgement }] };
}

function malformed(path: string, reason: string): Said {
  const judgement = { verdict: 'unverifiable', reason: `${path} can't be judged: ${reason}` } as const;
  return { content: undefined, judgements: [{ path, judgement }] };
}
