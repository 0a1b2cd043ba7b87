import { Buffer } from 'node:buffer';
import { z } from 'zod';

/** https://github.com/in-toto/attestation: spec/v1/envelope.md */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const statementSchema = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })),
});

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
}

/** The SHA-256 digests of what a statement is about, or why it is none; a subject without one can't be a file here. */
export function subjectDigests({ payloadType, payload }: Envelope): readonly Buffer[] | string {
  if (payloadType !== PAYLOAD_TYPE) return 'it signs something other than an in-toto statement';
  const statement = statementSchema.safeParse(parseJson(Buffer.from(payload).toString()));
  if (!statement.success) return 'what it signs is no in-toto statement that is known';
  return statement.data.subject.flatMap(({ digest }) => {
    const sha256 = digest['sha256'];
    return sha256 === undefined ? [] : [Buffer.from(sha256, 'hex')];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
