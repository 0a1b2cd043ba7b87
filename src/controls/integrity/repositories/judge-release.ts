import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Json } from '../../../core/json.ts';
import type { SignatureJudgement } from '../../../signatures/judgement.ts';
import { aspect } from './judge-entry.ts';
import type { ObservedRelease, ObservedSource, RepositoriesState } from './state.ts';
import type { RepositoryWish } from './wish.ts';

type Apt = Extract<RepositoriesState, { kind: 'apt' }>;
type Signed = Extract<ObservedRelease, { kind: 'signed' }>;

const FETCH_AGAIN =
  'Look into who wrote it, then fetch it again: apt-get clean, remove it from /var/lib/apt/lists, apt-get update.';

/** What apt last fetched of one source: who signed it, whether it still holds, and whether the lists beside it are the signed ones. */
export function judgeRelease(source: ObservedSource, { now }: Apt, wish: RepositoryWish): readonly Finding[] {
  const { release } = source;
  const signature = judgeSignature(source, wish);
  if (release.kind !== 'signed' || release.judgement.verdict !== 'verified') return [signature];
  return [signature, judgeFreshness(source, release, now), judgeLists(source, release)];
}

function judgeSignature(source: ObservedSource, { pinned }: RepositoryWish): Finding {
  const { release } = source;
  const finding = {
    ...aspect(source, 'release', 'high'),
    why: 'Every package that apt installs is held against digests that this one signature stands for.',
    expected: 'signed by a key that may sign it',
    references: [{ source: 'apt-secure(8)', item: 'Description' }],
  };
  switch (release.kind) {
    case 'absent': {
      const reason = 'apt has not fetched it, or its lists were removed';
      return { ...finding, outcome: 'unknown', summary: reason, observed: null, reason };
    }
    case 'unreadable':
      return { ...finding, outcome: 'unknown', summary: release.reason, observed: null, reason: release.reason };
    case 'unsigned': {
      const summary = `${release.path} has no signature`;
      return {
        ...finding,
        outcome: 'fail',
        summary,
        observed: 'unsigned',
        remedy: { kind: 'manual', instruction: FETCH_AGAIN },
      };
    }
    case 'signed':
      return { ...finding, ...signed(release, pinned) };
  }
}

function signed(
  { judgement, signers, path }: Signed,
  pinned: readonly string[],
): Pick<Finding, 'outcome' | 'summary' | 'observed'> & Partial<Finding> {
  const { verdict, reason, signer, signedAt } = judgement;
  const observed = describeJudgement(judgement);
  const remedy = { kind: 'manual', instruction: FETCH_AGAIN } as const;
  if (verdict === 'tampered') {
    return { outcome: 'fail', severity: 'critical', summary: `${path}: ${reason}`, observed, remedy };
  }
  if (verdict !== 'verified') return { outcome: 'fail', summary: `${path}: ${reason}`, observed, remedy };
  if (pinned.length > 0 && !signers.some((one) => pinned.includes(one))) {
    const summary = `${path} is signed by ${signers.join(', ')}, and the blueprint pins none of them`;
    return { outcome: 'fail', summary, observed, remedy };
  }
  const when = signedAt === undefined ? '' : ` at ${signedAt}`;
  return { outcome: 'pass', summary: `${path} is signed by ${signer?.id ?? 'a key of its own'}${when}`, observed };
}

function describeJudgement({ verdict, reason, signer, signedAt }: SignatureJudgement): Json {
  return { verdict, reason, signer: signer?.id ?? null, signedAt: signedAt ?? null };
}

function judgeFreshness(source: ObservedSource, { validUntil, path }: Signed, now: string): Finding {
  const finding = {
    ...aspect(source, 'valid-until', 'medium'),
    why: 'Whoever holds back what is new keeps known weaknesses open; a date ends that.',
    expected: 'a date in the future',
    observed: validUntil ?? null,
    references: [{ source: 'apt.conf(5)', item: 'Acquire::Check-Valid-Until' }],
  };
  if (validUntil === undefined) {
    const reason = `${path} doesn't say until when it holds`;
    return { ...finding, outcome: 'not-applicable', summary: reason, reason };
  }
  if (validUntil >= now) return { ...finding, outcome: 'pass', summary: `holds until ${validUntil}` };
  const instruction =
    'Run apt-get update; if it stays so, the repository or somebody on the way holds back what is new.';
  return { ...finding, outcome: 'fail', summary: `held until ${validUntil}`, remedy: { kind: 'manual', instruction } };
}

function judgeLists(source: ObservedSource, { indexes }: Signed): Finding {
  const different = indexes.filter(({ comparison }) => comparison === 'different');
  const uncompared = indexes.filter(({ comparison }) => comparison === 'uncompared');
  const finding = {
    ...aspect(source, 'lists', 'critical'),
    why: 'apt takes the digests of packages from these lists; it held them against the signature when it fetched them, and not since.',
    expected: 'lists as they were signed',
    observed: indexes.map(({ path, comparison }) => ({ path, comparison })),
    references: [{ source: 'apt-secure(8)', item: 'Description' }],
  };
  if (different.length > 0) {
    const summary = `${different.map(({ path }) => path).join(', ')}: not what was signed`;
    return { ...finding, outcome: 'fail', summary, remedy: { kind: 'manual', instruction: FETCH_AGAIN } };
  }
  if (indexes.length === 0) {
    const reason = 'no list of packages lies beside it';
    return { ...finding, outcome: 'not-applicable', summary: reason, reason };
  }
  if (uncompared.length > 0) {
    const reason = uncompared.map(({ path, reason: why }) => `${path}: ${why ?? 'not compared'}`).join('; ');
    return { ...finding, outcome: 'unknown', severity: 'low', summary: reason, reason };
  }
  return { ...finding, outcome: 'pass', summary: `${plural(indexes.length, 'list')} as signed` };
}
