import { z } from 'zod';
import type { AuditReport } from '../core/audit.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { renderEnvelope } from '../signatures/dsse/envelope.ts';
import { preAuthenticationEncoding } from '../signatures/dsse/pre-authentication.ts';
import { PAYLOAD_TYPE, STATEMENT_TYPE } from '../signatures/in-toto/statement.ts';
import { PREDICATE_BASE } from '../signatures/in-toto/own-predicates.ts';
import type { Position } from './ledger/entry.ts';
import type { LedgerSigner } from './ledger/repair.ts';
import type { ReportIdentity } from './report-store.ts';

const PREDICATE_VERSION = 'v1';
const JSON_MEDIA_TYPE = 'application/json';

export const RUN_KINDS = ['audit', 'apply', 'rollback', 'verify'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** One run on one machine. */
export interface RunEvidence {
  /** What was done there; it decides the type of the predicate. */
  readonly kind: RunKind;
  /** As it was typed: `audit`, `deps fix` … */
  readonly command: string;
  /** Of Freehold. */
  readonly version: string;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly machine: MachineIdentity;
  /** The wish that the machine was held against. */
  readonly blueprint?: AuditReport['blueprint'];
  /** How it ended, in one word: `audited`, `changed`, `unchanged`, `not-applied`, `undone`, `failed` … */
  readonly outcome: string;
  /** Counts by outcome and severity. */
  readonly summary?: AuditReport['summary'];
  /** All that is known of the run: data that JSON carries, without secrets. Kept beside the ledger, which vouches for its digest. */
  readonly report: unknown;
}

/** As much as is known: a machine that could not be reached has said nothing. */
export type MachineIdentity = Pick<AuditReport['host'], 'address'> & Partial<AuditReport['host']>;

const predicateSchema = z.looseObject({
  command: z.string(),
  outcome: z.string(),
  recordedAt: z.string(),
  machine: z.looseObject({ address: z.string(), hostname: z.string().optional() }),
  report: z.object({ digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }), sizeBytes: z.int().min(0) }),
});

export type RunPredicate = z.output<typeof predicateSchema>;

/** What a predicate of Freehold's says; `undefined` for another's. */
export function readRunPredicate(predicate: unknown): RunPredicate | undefined {
  return predicateSchema.safeParse(predicate).data;
}

export function reportOf({ report }: RunPredicate): ReportIdentity {
  return { sha256: report.digest.sha256, sizeBytes: report.sizeBytes };
}

export interface Recording {
  readonly report: ReportIdentity;
  readonly recordedAt: Date;
  readonly position: Position;
}

/** A run as an in-toto Statement in canonical JSON: the machine and its report are the subject. */
function renderStatement(run: RunEvidence, { report, recordedAt, position }: Recording): Buffer {
  const { kind, command, version, startedAt, machine, blueprint, outcome, summary } = run;
  const digest = { sha256: report.sha256 };
  return Buffer.from(
    canonicalJson({
      _type: STATEMENT_TYPE,
      subject: [{ name: nameOf(machine), digest }],
      predicateType: `${PREDICATE_BASE}/${kind}/${PREDICATE_VERSION}`,
      predicate: {
        command,
        tool: { name: 'freehold', version },
        startedAt,
        recordedAt: recordedAt.toISOString(),
        machine,
        ...(blueprint !== undefined && { blueprint }),
        outcome,
        ...(summary !== undefined && { summary }),
        report: { digest, sizeBytes: report.sizeBytes, mediaType: JSON_MEDIA_TYPE },
        ledger: position,
      },
    }),
  );
}

/** The signed line of a run in the ledger. */
export async function signRun(run: RunEvidence, recording: Recording, signer: LedgerSigner): Promise<Buffer> {
  const payload = renderStatement(run, recording);
  const bytes = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload));
  const signatures = [{ keyId: signer.key.id, bytes }];
  return Buffer.from(renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, signatures }));
}

function nameOf({ address, hostname }: MachineIdentity): string {
  return address === 'local' && hostname !== undefined && hostname !== '' ? hostname : address;
}
