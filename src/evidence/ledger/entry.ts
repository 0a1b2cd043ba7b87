import { z } from 'zod';
import { type Envelope, readEnvelope } from '../../signatures/dsse/envelope.ts';
import { signersOf } from '../../signatures/dsse/verify.ts';
import { PAYLOAD_TYPE, readStatement, type Statement } from '../../signatures/in-toto/statement.ts';
import type { NoteKey } from './note.ts';

/** Where an entry stands: what it signs of the ledger itself. */
export interface Position {
  readonly origin: string;
  /** Counts from 0. */
  readonly sequence: number;
  /** The leaf hash of the entry before, as hexadecimal digits; `null` for the first. */
  readonly previous: string | null;
}

const positionSchema = z.object({
  origin: z.string(),
  sequence: z.int().min(0),
  previous: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});
const predicateSchema = z.looseObject({ ledger: positionSchema });

export interface Entry {
  readonly envelope: Envelope;
  readonly statement: Statement;
  readonly position: Position;
}

export type ReadEntry =
  { readonly kind: 'entry'; readonly entry: Entry } | { readonly kind: 'malformed'; readonly reason: string };

/** Reads a line of the ledger. Never throws. */
export function readEntry(line: Uint8Array): ReadEntry {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return { kind: 'malformed', reason: 'it is not text' };
  }
  const read = readEnvelope(text);
  if (read.kind === 'malformed') return read;
  const { envelope } = read;
  if (envelope.payloadType !== PAYLOAD_TYPE) return { kind: 'malformed', reason: 'it holds no statement of in-toto' };
  const statement = readStatement(envelope.payload);
  if (statement.kind === 'malformed') return statement;
  const predicate = predicateSchema.safeParse(statement.statement.predicate);
  if (!predicate.success) return { kind: 'malformed', reason: 'it does not say where in the ledger it stands' };
  return { kind: 'entry', entry: { envelope, statement: statement.statement, position: predicate.data.ledger } };
}

/** What is wrong with an entry at this place, in a few words; `undefined` when nothing is. */
export function whyNotInPlace({ envelope, position }: Entry, at: Position, { key }: NoteKey): string | undefined {
  if (signersOf(envelope, [key]).every((signer) => signer === undefined)) return 'the key did not sign it';
  if (position.origin !== at.origin) return `it belongs to another ledger, ${position.origin}`;
  if (position.sequence !== at.sequence) return `it was signed as number ${String(position.sequence)}`;
  if (position.previous !== at.previous) return 'it was signed behind another entry than the one before it';
  return undefined;
}
