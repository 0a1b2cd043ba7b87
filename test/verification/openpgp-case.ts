/** One file, its signature, the keys, and what everybody must say of it. */
import { createHash } from 'node:crypto';
import type { DigestRequest, SignatureJudgement, Verdict } from '../../src/signatures/judgement.ts';
import { combineJudgements } from '../../src/signatures/combine.ts';
import { readOpenPgpSignatures } from '../../src/signatures/openpgp/detached.ts';
import { judgeOpenPgpMessage } from '../../src/signatures/openpgp/message.ts';
import { type Trust, trustPolicy } from '../../src/signatures/trust.ts';

export interface Case {
  readonly name: string;
  readonly keyring: Uint8Array;
  /** For gpgv and sqv, where they can't read the other. */
  readonly toolKeyring?: Uint8Array;
  readonly pins: readonly string[];
  readonly signature: Uint8Array;
  /** What is signed; none where the signature holds it. */
  readonly data?: Uint8Array;
  readonly expected: Verdict | 'malformed';
  readonly reason: RegExp;
  /** Of a message: what must come out of it. */
  readonly content?: string;
  /** Why gpgv says otherwise. */
  readonly gpgv?: string;
  /** Why sqv says otherwise. */
  readonly sqv?: string;
}

type Outcome =
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'judged'; readonly judgement: SignatureJudgement; readonly content?: Uint8Array };

export function trustOf(pins: readonly string[], keyring: Uint8Array | undefined, minimumRsaBits = 2048): Trust {
  const openpgp = pins.map((fingerprint) => ({ fingerprint, name: 'somebody' }));
  return {
    policy: trustPolicy.parse({ openpgp, minimumRsaBits }),
    openpgpKeys: pins.map(() => keyring),
    sigstoreRoots: [],
    problems: [],
  };
}

export async function judge({ signature, data, keyring, pins }: Case, at: Date): Promise<Outcome> {
  const trust = trustOf(pins, keyring);
  if (data === undefined) {
    const message = await judgeOpenPgpMessage(signature, trust, at);
    if (message.kind === 'malformed') return message;
    return { kind: 'judged', judgement: combineJudgements(message.judgements), content: message.content };
  }
  const judgements = await judgeDetached({ signature, data, trust, at });
  return typeof judgements === 'string'
    ? { kind: 'malformed', reason: judgements }
    : { kind: 'judged', judgement: combineJudgements(judgements) };
}

interface Detached {
  readonly signature: Uint8Array;
  readonly data: Uint8Array;
  readonly trust: Trust;
  readonly at: Date;
}

/** Or why the signature could not be read. */
async function judgeDetached({ signature, data, trust, at }: Detached): Promise<SignatureJudgement[] | string> {
  const read = await readOpenPgpSignatures(signature, trust);
  if (read.kind === 'malformed') return read.reason;
  const { needs } = read.signatures;
  if (needs.kind !== 'digests') throw new Error('asks for more than digests');
  const digests = needs.digests.map((request) => digest(request, data));
  return [...(await read.signatures.judge({ kind: 'digests', digests }, at))];
}

function digest({ algorithm, prefix, suffix, isText }: DigestRequest, data: Uint8Array): Uint8Array {
  const text = Buffer.from(data).toString('latin1');
  const octets = isText === true ? Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1') : data;
  const hash = createHash(algorithm);
  for (const part of [prefix, octets, suffix]) if (part !== undefined) hash.update(part);
  return hash.digest();
}
