import { hash } from 'node:crypto';
import type { Host } from '../../../host/host.ts';
import type { SignatureJudgement } from '../../../signatures/judgement.ts';
import type { TrustPolicy } from '../../../signatures/trust.ts';
import { compare, lookThrough, type Seen, toRead } from './compare.ts';
import { observeDigests } from './digest/observe.ts';
import { renderEntry } from './entry.ts';
import { BASELINE_FORMAT, type BaselineHeader, parseHeader, type ReadHeader, renderHeader } from './header.ts';
import { firstLine, MalformedBaseline, readEntries } from './lines.ts';
import { pairsOf, walkedIn } from './pairs.ts';
import type { BaselinePolicy } from './policy.ts';
import { judgeBaselineSignature, SIGNATURE_ENDING } from './signature.ts';
import type { BaselineState } from './state.ts';
import { observeAttributes, observeWalk } from '../walk/observe.ts';
import type { Walk } from '../walk/walk.ts';

/** A million entries of usual length. */
const BASELINE_LIMIT_BYTES = 512 * 1024 * 1024;
const SIGNATURE_LIMIT_BYTES = 1024 * 1024;
const CLOCK_TIMEOUT_MS = 10_000;
const MS_PER_SECOND = 1000;
/** Lines are put together in pieces of this size. */
const PIECE_LINES = 10_000;

export interface BaselineSurroundings {
  readonly trust: TrustPolicy;
  readonly now: Date;
}

/** Reads a machine's baseline and holds the machine against it, if a pinned key signed it. */
export async function observeBaseline(
  host: Host,
  policy: BaselinePolicy,
  surroundings: BaselineSurroundings,
): Promise<BaselineState> {
  const found = await provedBaseline(host, policy, surroundings);
  if (found.kind !== 'proved') return found.state;
  const { path, header, bytes, judgement } = found;
  try {
    const looked = await lookAt(host, policy, found);
    if (looked.kind === 'failed') return { kind: 'unwalked', path, reason: looked.reason };
    const comparison = compare(pairsOf(walkedIn(looked.walk), readEntries(bytes, header)), {
      look: lookThrough(looked.seen),
      compared: policy.compare,
      kept: policy.shown,
    });
    const problems = problemsOf(looked, policy, header);
    const readCount = looked.seen.digests.size;
    return { kind: 'compared', path, header, judgement, comparison, readCount, problems };
  } catch (error) {
    if (!(error instanceof MalformedBaseline)) throw error;
    return { kind: 'malformed', path, reason: error.message };
  }
}

/** A baseline that a pinned key signed. */
export interface Earlier {
  readonly bytes: Uint8Array;
  readonly header: BaselineHeader;
}

export type FoundBaseline =
  | (Earlier & { readonly kind: 'proved'; readonly path: string; readonly judgement: SignatureJudgement })
  | { readonly kind: 'none'; readonly reason: string; readonly state: Exclude<BaselineState, { kind: 'compared' }> };

/** The baseline that lies on a machine, if it counts: signed by a pinned key, of this machine, and of what the blueprint asks for. */
export async function provedBaseline(
  host: Host,
  policy: BaselinePolicy,
  { trust, now }: BaselineSurroundings,
): Promise<FoundBaseline> {
  const stored = await readStored(host, policy);
  if (stored.kind === 'missing') return { kind: 'none', reason: `there is no ${stored.path}`, state: stored };
  if (stored.kind !== 'stored') return { kind: 'none', reason: stored.reason, state: stored };
  const { path, bytes } = stored;
  const judgement = await judgeBaselineSignature(stored, trust, now);
  if (judgement.verdict !== 'verified')
    return { kind: 'none', reason: judgement.reason, state: { kind: 'unproved', path, judgement } };
  const read = headerOf(bytes);
  if (read.kind === 'malformed')
    return { kind: 'none', reason: read.reason, state: { kind: 'malformed', path, reason: read.reason } };
  const { header } = read;
  const reason = unfitness(header, policy, await machineOf(host));
  if (reason !== undefined) return { kind: 'none', reason, state: { kind: 'unfit', path, reason, header } };
  return { kind: 'proved', path, bytes, header, judgement };
}

function headerOf(bytes: Uint8Array): ReadHeader {
  try {
    return parseHeader(firstLine(bytes).text);
  } catch (error) {
    if (!(error instanceof MalformedBaseline)) throw error;
    return { kind: 'malformed', reason: error.message };
  }
}

export type TakenBaseline =
  | {
      readonly kind: 'taken';
      readonly header: BaselineHeader;
      /** The file, to be written as it is. */
      readonly bytes: Uint8Array;
      /** What could not be looked at, and so is not in it. */
      readonly problems: readonly string[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** A baseline of a machine as it is now. Files that an earlier, proved one knows as untouched are not read again. */
export async function takeBaseline(host: Host, policy: BaselinePolicy, earlier?: Earlier): Promise<TakenBaseline> {
  try {
    return await takeAfter(host, policy, earlier);
  } catch (error) {
    if (!(error instanceof MalformedBaseline)) throw error;
    return { kind: 'failed', reason: `the baseline that is there can't be used: ${error.message}` };
  }
}

async function takeAfter(host: Host, policy: BaselinePolicy, earlier: Earlier | undefined): Promise<TakenBaseline> {
  const takenAt = await clockOf(host);
  if (takenAt === undefined) return { kind: 'failed', reason: 'the machine does not tell the time (date +%s)' };
  const looked = await lookAt(host, policy, earlier);
  if (looked.kind === 'failed') return looked;
  const look = lookThrough(looked.seen);
  const entries: string[] = [];
  const problems = [...looked.unlisted, ...(looked.attributesProblem === undefined ? [] : [looked.attributesProblem])];
  const known = earlier === undefined ? [] : readEntries(earlier.bytes, earlier.header);
  for (const pair of pairsOf(walkedIn(looked.walk), known)) {
    if (pair.kind === 'removed') continue;
    const entry = look.entryOf(pair.now, pair.kind === 'both' ? pair.before : undefined);
    if (entry === 'gone') continue;
    const unread = look.unreadOf(entry);
    if (unread !== undefined) problems.push(unread);
    entries.push(renderEntry(entry));
  }
  const header: BaselineHeader = {
    format: BASELINE_FORMAT,
    name: policy.name,
    hostname: host.facts.hostname,
    machine: await machineOf(host),
    takenAt: takenAt.toISOString(),
    ...wishOf(policy),
    hasAttributes: looked.seen.attributes !== undefined,
    entries: entries.length,
  };
  return { kind: 'taken', header, bytes: joined([renderHeader(header), ...entries]), problems };
}

interface Looked {
  readonly kind: 'looked';
  readonly walk: Walk;
  readonly unlisted: readonly string[];
  readonly seen: Seen;
  readonly attributesProblem: string | undefined;
}

async function lookAt(
  host: Host,
  policy: BaselinePolicy,
  earlier: Earlier | undefined,
): Promise<Looked | { readonly kind: 'failed'; readonly reason: string }> {
  const question = { ...wishOf(policy) };
  const [walked, attributes] = await Promise.all([observeWalk(host, question), observeAttributes(host, question)]);
  if (walked.kind === 'failed') return walked;
  const { walk, unlisted } = walked;
  const known = earlier === undefined ? [] : readEntries(earlier.bytes, earlier.header);
  const takenAt = new Date(earlier?.header.takenAt ?? 0);
  const paths = toRead(pairsOf(walkedIn(walk), known), { takenAt, isParanoid: policy.paranoid });
  const digests = await observeDigests(host, paths);
  const isAvailable = attributes.kind === 'attributes';
  return {
    kind: 'looked',
    walk,
    unlisted: [...unlisted, ...(isAvailable ? attributes.unread : [])],
    seen: { digests, attributes: isAvailable ? attributes.attributes : undefined },
    attributesProblem: isAvailable
      ? undefined
      : `extended attributes and capabilities could not be read: ${attributes.reason}`,
  };
}

function problemsOf(looked: Looked, policy: BaselinePolicy, header: BaselineHeader): readonly string[] {
  const areAttributesWanted = policy.compare.includes('attributes') || policy.compare.includes('capabilities');
  if (!areAttributesWanted) return looked.unlisted;
  const missing = header.hasAttributes
    ? looked.attributesProblem
    : 'the baseline was taken without extended attributes and capabilities';
  return missing === undefined ? looked.unlisted : [...looked.unlisted, missing];
}

type Stored = Extract<BaselineState, { kind: 'unsupported' | 'missing' | 'unreadable' }> | StoredBaseline;

interface StoredBaseline {
  readonly kind: 'stored';
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array | undefined;
}

/** The files as they lie there; nothing of them is to be believed yet. */
export async function readStored(host: Host, policy: Pick<BaselinePolicy, 'name' | 'store'>): Promise<Stored> {
  if (host.facts.recordedAt !== undefined) {
    return { kind: 'unsupported', reason: 'a recording has no trees of files to hold against a baseline' };
  }
  const path = baselinePath(policy);
  const [file, signature] = await Promise.all([
    host.read(path, { limitBytes: BASELINE_LIMIT_BYTES }),
    host.read(path + SIGNATURE_ENDING, { limitBytes: SIGNATURE_LIMIT_BYTES }),
  ]);
  if (file.kind === 'missing') return { kind: 'missing', path };
  if (file.kind === 'unreadable') return { kind: 'unreadable', path, reason: file.message };
  if (signature.kind === 'unreadable') return { kind: 'unreadable', path, reason: signature.message };
  return {
    kind: 'stored',
    path,
    bytes: file.bytes,
    signature: signature.kind === 'content' ? signature.bytes : undefined,
  };
}

export function baselinePath({ store, name }: Pick<BaselinePolicy, 'name' | 'store'>): string {
  return `${store.replace(/\/+$/, '')}/${name}.jsonl`;
}

/** Why a signed baseline is not the one that the blueprint asks for; `undefined` where it is. */
function unfitness(header: BaselineHeader, policy: BaselinePolicy, machine: string): string | undefined {
  const wish = wishOf(policy);
  if (header.name !== policy.name) return `it is called ${header.name}, and not ${policy.name}`;
  if (header.machine !== machine) return `it is of another machine, ${header.hostname}`;
  if (header.trees.join('\n') !== wish.trees.join('\n')) return `it is of other trees: ${header.trees.join(', ')}`;
  if (header.without.join('\n') !== wish.without.join('\n')) return 'it leaves out other paths than the blueprint';
  if (header.hasOtherFileSystems !== wish.hasOtherFileSystems) return 'it treats other file systems in another way';
  if (policy.notBefore !== undefined && Date.parse(header.takenAt) < Date.parse(policy.notBefore))
    return `it was taken at ${header.takenAt}, and counts from ${policy.notBefore} on`;
  return undefined;
}

function wishOf({
  trees,
  without,
  otherFileSystems,
}: BaselinePolicy): Pick<BaselineHeader, 'trees' | 'without' | 'hasOtherFileSystems'> {
  return { trees: trees.toSorted(), without: without.toSorted(), hasOtherFileSystems: otherFileSystems };
}

/** Tells machines from each other without giving away the machine id, which is a secret of a kind (machine-id(5)). */
async function machineOf(host: Host): Promise<string> {
  const file = await host.read('/etc/machine-id');
  const id = file.kind === 'content' ? new TextDecoder().decode(file.bytes).trim() : '';
  return hash('sha256', `freehold baseline\n${id === '' ? host.facts.hostname : id}\n`);
}

/** The clock of the machine: change times are by it. */
async function clockOf(host: Host): Promise<Date | undefined> {
  const result = await host.run(['date', '+%s'], { timeoutMs: CLOCK_TIMEOUT_MS });
  const seconds =
    result.kind === 'exited' ? /^([0-9]{1,11})\n$/.exec(new TextDecoder().decode(result.stdout))?.[1] : undefined;
  return seconds === undefined ? undefined : new Date(Number(seconds) * MS_PER_SECOND);
}

function joined(lines: readonly string[]): Uint8Array {
  const pieces: Buffer[] = [];
  for (let start = 0; start < lines.length; start += PIECE_LINES) {
    pieces.push(Buffer.from(`${lines.slice(start, start + PIECE_LINES).join('\n')}\n`));
  }
  return Buffer.concat(pieces);
}
