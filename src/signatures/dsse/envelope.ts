import { z } from 'zod';
import { decodeBase64 } from './base64.ts';

/** A statement about a machine with ten thousand packages has some kilobytes; one of a large build some hundred. */
export const ENVELOPE_LIMIT_BYTES = 8 * 1024 * 1024;
const SIGNATURES_LIMIT = 32;
const PAYLOAD_TYPE_LIMIT_CHARACTERS = 256;
const KEY_ID_LIMIT_CHARACTERS = 1024;
/** An ECDSA signature over P-256 has 72 bytes at most; room for others, which are passed over and don't make the envelope unreadable. */
const SIGNATURE_LIMIT_CHARACTERS = 16 * 1024;

export interface EnvelopeSignature {
  /** A hint of whoever signed, which nothing authenticates. */
  readonly keyId?: string;
  readonly bytes: Uint8Array;
}

/** A DSSE envelope: bytes of a stated type, and who signed both. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
}

export type ReadEnvelope =
  { readonly kind: 'envelope'; readonly envelope: Envelope } | { readonly kind: 'malformed'; readonly reason: string };

// Lone surrogates have no bytes in UTF-8, and would be signed as something else.
const text = (limit: number) =>
  z
    .string()
    .max(limit)
    .refine((value) => value.isWellFormed(), 'must be text');

// "Consumers MUST ignore unrecognised fields" (envelope.md): not a strict object.
const envelopeSchema = z.object({
  payloadType: text(PAYLOAD_TYPE_LIMIT_CHARACTERS).min(1),
  payload: z.string(),
  signatures: z
    .array(
      z.object({
        // The encoding of protocol buffers as JSON writes an empty one where there is none.
        keyid: text(KEY_ID_LIMIT_CHARACTERS).nullish(),
        sig: z.string().min(1).max(SIGNATURE_LIMIT_CHARACTERS),
      }),
    )
    .min(1)
    .max(SIGNATURES_LIMIT),
});

/** Reads an envelope in its JSON form (https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md). Never throws. */
export function readEnvelope(json: string): ReadEnvelope {
  if (Buffer.byteLength(json) > ENVELOPE_LIMIT_BYTES)
    return malformed(`it has more than ${String(ENVELOPE_LIMIT_BYTES)} bytes`);
  const value = parseJson(json);
  if (value === undefined) return malformed('it is not JSON');
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) return malformed(describe(parsed.error));
  const payload = decodeBase64(parsed.data.payload);
  if (payload === undefined) return malformed('payload is not Base64');
  const signatures: EnvelopeSignature[] = [];
  for (const { keyid, sig } of parsed.data.signatures) {
    const bytes = decodeBase64(sig);
    if (bytes === undefined) return malformed('a signature is not Base64');
    signatures.push({ bytes, ...(typeof keyid === 'string' && keyid !== '' && { keyId: keyid }) });
  }
  return { kind: 'envelope', envelope: { payloadType: parsed.data.payloadType, payload, signatures } };
}

/** The JSON form of an envelope, on one line without its end, in one spelling. */
export function renderEnvelope({ payloadType, payload, signatures }: Envelope): string {
  return JSON.stringify({
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: signatures.map(({ keyId, bytes }) => ({
      ...(keyId !== undefined && { keyid: keyId }),
      sig: Buffer.from(bytes).toString('base64'),
    })),
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function describe({ issues }: z.ZodError): string {
  const [first] = issues;
  const path = first?.path.join('.') ?? '';
  return `${path === '' ? 'it' : path} is not what an envelope has there: ${first?.message ?? 'unknown'}`;
}

function malformed(reason: string): ReadEnvelope {
  return { kind: 'malformed', reason };
}
