import type { Answer, DetachedSignatures, ReadSignatures, SignatureJudgement, Signer } from '../judgement.ts';
import { type Envelope, readEnvelope } from '../dsse/envelope.ts';
import { readPublicKey, type VerificationKey } from '../dsse/public-key.ts';
import { signersOf } from '../dsse/verify.ts';
import type { Trust } from '../trust.ts';
import { PAYLOAD_TYPE, readStatement, type Statement, type Subject } from './statement.ts';

/** The algorithms of which one must be known of the subject; others of in-toto's (sha1, gitCommit …) don't count. */
const ALGORITHMS = ['sha256', 'sha512'] as const;
/** Provenance of a release with some hundred files has a few megabytes. */
const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Each costs as many verifications as keys are pinned. */
const FILE_SIGNATURES_LIMIT = 512;
const LINE_END = /\r?\n/;

interface PinnedKey extends VerificationKey {
  readonly name?: string;
}

interface Attestation {
  readonly envelope: Envelope;
  readonly statement: Statement;
}

/**
 * Reads attestations of in-toto about a file: `.intoto.jsonl`, one DSSE envelope a line
 * (https://github.com/in-toto/attestation/blob/v1.1.0/spec/v1/bundle.md). The file is verified when a pinned key signed a
 * statement of which a subject has its digest. Where a type of predicate is named, statements of other types say nothing: the key
 * may have signed them about a file without meaning that it is to be used.
 */
export function readInTotoAttestations(
  bytes: Uint8Array,
  { policy }: Trust,
  predicateType?: string,
): Promise<ReadSignatures> {
  const all = readAttestations(bytes);
  const read = predicateType === undefined ? all : ofType(all, predicateType);
  if (read.kind === 'malformed') return Promise.resolve(read);
  const keys = policy.attestations.flatMap(({ key, name }): readonly PinnedKey[] => {
    const pinned = readPublicKey(key);
    return pinned.kind === 'key' ? [{ ...pinned.key, ...(name !== undefined && { name }) }] : [];
  });
  return Promise.resolve({ kind: 'signatures', signatures: detached(read.attestations, keys) });
}

type ReadAttestations =
  | { readonly kind: 'attestations'; readonly attestations: readonly Attestation[] }
  | { readonly kind: 'malformed'; readonly reason: string };

function ofType(read: ReadAttestations, predicateType: string): ReadAttestations {
  if (read.kind === 'malformed') return read;
  const attestations = read.attestations.filter(({ statement }) => statement.predicateType === predicateType);
  if (attestations.length > 0) return { kind: 'attestations', attestations };
  return malformed(`it holds no statement of the type ${predicateType}`);
}

function readAttestations(bytes: Uint8Array): ReadAttestations {
  if (bytes.length > FILE_LIMIT_BYTES) return malformed(`it has more than ${String(FILE_LIMIT_BYTES)} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return malformed('it is not text');
  }
  const attestations: Attestation[] = [];
  let signatureCount = 0;
  for (const [index, line] of text.split(LINE_END).entries()) {
    if (line.trim() === '') continue;
    const read = readAttestation(line);
    if (read.kind === 'malformed') return malformed(`line ${String(index + 1)}: ${read.reason}`);
    signatureCount += read.attestation.envelope.signatures.length;
    if (signatureCount > FILE_SIGNATURES_LIMIT)
      return malformed(`it has more than ${String(FILE_SIGNATURES_LIMIT)} signatures`);
    attestations.push(read.attestation);
  }
  return attestations.length === 0 ? malformed('it holds no envelope') : { kind: 'attestations', attestations };
}

type ReadAttestation =
  | { readonly kind: 'attestation'; readonly attestation: Attestation }
  | { readonly kind: 'malformed'; readonly reason: string };

function readAttestation(line: string): ReadAttestation {
  const read = readEnvelope(line);
  if (read.kind === 'malformed') return read;
  const { envelope } = read;
  if (envelope.payloadType !== PAYLOAD_TYPE)
    return { kind: 'malformed', reason: `the envelope holds something else than a statement of in-toto` };
  const statement = readStatement(envelope.payload);
  if (statement.kind === 'malformed') return statement;
  return { kind: 'attestation', attestation: { envelope, statement: statement.statement } };
}

function detached(attestations: readonly Attestation[], keys: readonly PinnedKey[]): DetachedSignatures {
  const subjects = attestations.flatMap(({ statement }) => statement.subjects);
  const algorithms = ALGORITHMS.filter((algorithm) => subjects.some(({ digest }) => digest.has(algorithm)));
  return {
    scheme: 'in-toto',
    needs: { kind: 'digests', digests: algorithms.map((algorithm) => ({ algorithm })) },
    judge: (answer) => Promise.resolve(judge(attestations, keys, digestsOf(algorithms, answer))),
  };
}

function digestsOf(algorithms: readonly string[], answer: Answer): ReadonlyMap<string, string> {
  const digests = answer.kind === 'digests' ? answer.digests : [];
  return new Map(
    algorithms.flatMap((algorithm, index) => {
      const digest = digests[index];
      return digest === undefined ? [] : [[algorithm, Buffer.from(digest).toString('hex')] as const];
    }),
  );
}

/** Statements about other files are no matter, as long as one is about this file: a release has one list for all its files. */
function judge(
  attestations: readonly Attestation[],
  keys: readonly PinnedKey[],
  known: ReadonlyMap<string, string>,
): readonly SignatureJudgement[] {
  const about = attestations.filter(({ statement }) => matchOf(statement, known) === 'same');
  return (about.length > 0 ? about : attestations).flatMap((attestation) =>
    judgeOne(attestation, keys, matchOf(attestation.statement, known)),
  );
}

type Match = 'same' | 'other' | 'unknown';

function matchOf({ subjects }: Statement, known: ReadonlyMap<string, string>): Match {
  const matches = subjects.map((subject) => matchOfSubject(subject, known));
  if (matches.includes('same')) return 'same';
  return matches.includes('unknown') ? 'unknown' : 'other';
}

/** Stricter than in-toto, where one digest of several is enough: all that count must be the file's. */
function matchOfSubject({ digest }: Subject, known: ReadonlyMap<string, string>): Match {
  const both = [...known].filter(([algorithm]) => digest.has(algorithm));
  if (both.length === 0) return 'unknown';
  return both.every(([algorithm, hex]) => digest.get(algorithm)?.toLowerCase() === hex) ? 'same' : 'other';
}

function judgeOne(
  { envelope, statement }: Attestation,
  keys: readonly PinnedKey[],
  match: Match,
): readonly SignatureJudgement[] {
  return signersOf(envelope, keys).map((key, index): SignatureJudgement => {
    const keyId = envelope.signatures[index]?.keyId;
    if (key === undefined) return notPinned(keyId, keys);
    const signer = signerOf(key);
    const what = `a statement of the type ${statement.predicateType}`;
    switch (match) {
      case 'same':
        return { verdict: 'verified', reason: `The key signed ${what} about these very bytes.`, signer };
      case 'other':
        return { verdict: 'tampered', reason: `The key signed ${what}, but about other bytes.`, signer };
      case 'unknown':
        return {
          verdict: 'unverifiable',
          reason: `The key signed ${what}, which names its subjects by no digest that counts (${ALGORITHMS.join(', ')}).`,
          signer,
        };
    }
  });
}

function notPinned(keyId: string | undefined, keys: readonly PinnedKey[]): SignatureJudgement {
  const named = keys.find(({ id }) => id === keyId);
  if (named !== undefined)
    return {
      verdict: 'tampered',
      reason: 'It names a pinned key that did not sign this statement.',
      signer: signerOf(named),
    };
  const signer: Signer = { scheme: 'in-toto', id: keyId ?? 'unnamed key' };
  return { verdict: 'untrusted', reason: 'No key that is pinned signed this statement.', signer };
}

function signerOf({ id, name }: PinnedKey): Signer {
  return { scheme: 'in-toto', id, ...(name !== undefined && { name }) };
}

function malformed(reason: string): { readonly kind: 'malformed'; readonly reason: string } {
  return { kind: 'malformed', reason };
}
