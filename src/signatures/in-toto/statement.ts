import { z } from 'zod';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Its predecessor, which says the same of subjects and is still written by builders. */
const OLD_STATEMENT_TYPE = 'https://in-toto.io/Statement/v0.1';
const SUBJECTS_LIMIT = 100_000;
const DIGESTS_LIMIT = 32;

/** What a statement is about, by the digests of its bytes: lower-case hexadecimal, by algorithm. */
export interface Subject {
  readonly name?: string;
  readonly digest: ReadonlyMap<string, string>;
}

/** An in-toto Statement (https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/statement.md). */
export interface Statement {
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  /** Whatever the type of the predicate says. */
  readonly predicate: unknown;
}

export type ReadStatement =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'malformed'; readonly reason: string };

const statementSchema = z.object({
  _type: z.enum([STATEMENT_TYPE, OLD_STATEMENT_TYPE]),
  subject: z
    .array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) }))
    .min(1)
    .max(SUBJECTS_LIMIT),
  predicateType: z.string().min(1),
  predicate: z.unknown(),
});

/** Reads the payload of an envelope. Never throws. */
export function readStatement(payload: Uint8Array): ReadStatement {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return { kind: 'malformed', reason: 'the statement is not JSON' };
  }
  const parsed = statementSchema.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const reason = `the statement is not one of in-toto: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}`;
    return { kind: 'malformed', reason };
  }
  const { subject, predicateType, predicate } = parsed.data;
  const crowded = subject.find(({ digest }) => Object.keys(digest).length > DIGESTS_LIMIT);
  if (crowded !== undefined) return { kind: 'malformed', reason: 'a subject has too many digests' };
  const subjects = subject.map(({ name, digest }) => ({
    ...(name !== undefined && { name }),
    digest: new Map(Object.entries(digest)),
  }));
  return { kind: 'statement', statement: { subjects, predicateType, predicate } };
}
