import { Buffer } from 'node:buffer';
import type { Trust } from '../signatures/trust.ts';
import type { DigestReader } from './digests.ts';
import type { PlacedJudgement } from './judge-source.ts';
import type { ByteSource } from './source.ts';

/** Files that hold both what is signed and its signature. */
export type MessageForm = 'openpgp' | 'signify';

const BYTES_PER_MIB = 1024 * 1024;
/** They are judged in memory. */
const MESSAGE_LIMIT_BYTES = 64 * BYTES_PER_MIB;

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
    }
  | { readonly kind: 'unread'; readonly reason: string };

/** Reads a message and judges it. Closes the source. */
export async function judgeMessage(source: ByteSource, options: MessageOptions): Promise<JudgedMessage> {
  const { path, reader } = options;
  const outcome = await reader.read(source, { digests: [], contentLimitBytes: MESSAGE_LIMIT_BYTES });
  if (outcome.kind === 'unread') return outcome;
  if (outcome.content === undefined) {
    return { kind: 'unread', reason: `it is a signed message larger than ${MESSAGE_LIMIT_BYTES} bytes` };
  }
  return options.form === 'openpgp'
    ? judgeOpenPgp(outcome.content, { ...options, path })
    : judgeSignify(outcome.content, options);
}

async function judgeOpenPgp(bytes: Uint8Array, { path, trust, at }: MessageOptions): Promise<JudgedMessage> {
  const { judgeOpenPgpMessage } = await import('../signatures/openpgp/message.ts');
  const message = await judgeOpenPgpMessage(bytes, trust, at);
  if (message.kind === 'malformed') return malformed(path, message.reason);
  const { content } = message;
  return { kind: 'judged', content, judgements: message.judgements.map((judgement) => ({ path, judgement })) };
}

async function judgeSignify(bytes: Uint8Array, { path, trust }: MessageOptions): Promise<JudgedMessage> {
  const { judgeSignifyMessage } = await import('../signatures/minisign/signify.ts');
  const { judgement, content } = judgeSignifyMessage(bytes, trust);
  return { kind: 'judged', content, judgements: [{ path, judgement }] };
}

function malformed(path: string, reason: string): JudgedMessage {
  const judgement = { verdict: 'unverifiable', reason: `${path} can't be judged: ${reason}` } as const;
  return { kind: 'judged', content: undefined, judgements: [{ path, judgement }] };
}
