import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Json } from '../../../core/json.ts';
import { shown } from '../../../core/byte-text.ts';
import { describeEntry, type Difference } from './difference.ts';
import type { BaselinePolicy } from './policy.ts';
import type { BaselineState } from './state.ts';

type Compared = Extract<BaselineState, { kind: 'compared' }>;

const WHY = 'What nobody meant to change and has changed is what an intruder leaves behind, or a fault of the disk.';
const LOOK = 'Find out who changed it. If it was meant: freehold baseline update';
const MAKE = 'Make one while the machine is as it should be: freehold baseline create';

/** One finding about the baseline itself, one for each difference up to a limit, and one for what could not be looked at. */
export function judgeBaseline(state: BaselineState, policy: BaselinePolicy): Finding[] {
  const base = baseFinding(policy);
  switch (state.kind) {
    case 'unsupported':
      return [{ ...base, outcome: 'unknown', summary: state.reason, observed: null, reason: state.reason }];
    case 'missing': {
      const summary = `there is no baseline ${state.path}`;
      return [{ ...base, outcome: 'fail', summary, observed: null, remedy: { kind: 'manual', instruction: MAKE } }];
    }
    case 'unreadable':
    case 'unwalked':
      return [
        { ...base, outcome: 'unknown', summary: state.reason, observed: null, reason: state.reason, where: state },
      ];
    case 'unproved': {
      const { verdict, reason, signer } = state.judgement;
      const severity = verdict === 'tampered' ? 'critical' : policy.severity;
      const instruction = `Nothing on the machine was compared. Find out who wrote ${state.path}; put the signed one back, or make a new one.`;
      return [
        {
          ...base,
          outcome: 'fail',
          severity,
          summary: `${verdict === 'tampered' ? 'the baseline was tampered with' : 'the baseline proves nothing'}: ${reason}`,
          observed: { verdict, reason, signer: signer?.id ?? null },
          where: { path: state.path },
          remedy: { kind: 'manual', instruction },
        },
      ];
    }
    case 'malformed':
    case 'unfit': {
      const instruction = `Make a new one: freehold baseline create --force`;
      const summary = `the baseline can't be used: ${state.reason}`;
      const where = { path: state.path };
      return [{ ...base, outcome: 'fail', summary, observed: null, where, remedy: { kind: 'manual', instruction } }];
    }
    case 'compared':
      return judgeCompared(state, policy);
  }
}

function judgeCompared(state: Compared, policy: BaselinePolicy): Finding[] {
  const { comparison } = state;
  const { added, removed, changed } = comparison.counts;
  const hidden = added + removed + changed - comparison.differences.length;
  return [
    ...whole(state, policy),
    ...comparison.differences.map((one) => judgeDifference(one, state, policy)),
    ...(hidden > 0 ? [furtherDifferences(hidden, state, policy)] : []),
    ...unseen(state, policy),
  ];
}

/** Passes only where everything was looked at; what wasn't is a finding of its own. */
function whole(state: Compared, policy: BaselinePolicy): readonly Finding[] {
  const { header, judgement, comparison, readCount, path } = state;
  const { counts } = comparison;
  const differences = counts.added + counts.removed + counts.changed;
  const as = `of ${header.takenAt}, signed by ${judgement.signer?.name ?? judgement.signer?.id ?? 'a pinned key'}`;
  const observed = { ...counts, read: readCount, takenAt: header.takenAt, signer: judgement.signer?.id ?? null };
  const where = { path };
  if (differences === 0) {
    if (unseenCount(state) > 0) return [];
    const summary = `${plural(counts.same, 'path')} as in the baseline ${as}; ${plural(readCount, 'file')} read`;
    return [{ ...baseFinding(policy), outcome: 'pass', summary, observed, where }];
  }
  const summary = `${String(counts.changed)} changed, ${String(counts.added)} added, ${String(counts.removed)} removed since the baseline ${as}`;
  const remedy = { kind: 'manual', instruction: LOOK } as const;
  return [{ ...baseFinding(policy), outcome: 'fail', summary, observed, where, remedy }];
}

function judgeDifference(
  { kind, path, entry, attributes }: Difference,
  { header }: Compared,
  policy: BaselinePolicy,
): Finding {
  const name = shown(path);
  const names = attributes.map((one) => one.name).join(', ');
  const side = (of: 'before' | 'now'): Json => Object.fromEntries(attributes.map((one) => [one.name, one[of]]));
  const summary = {
    added: 'is not in the baseline',
    removed: 'is in the baseline, and gone',
    changed: `${names} changed`,
  }[kind];
  return {
    ...baseFinding(policy),
    id: `integrity/baseline/${policy.name}/path${name}`,
    outcome: 'fail',
    title: name,
    summary: `${summary} (${header.takenAt})`,
    expected: kind === 'added' ? null : kind === 'removed' ? describeEntry(entry) : side('before'),
    observed: kind === 'removed' ? null : kind === 'added' ? describeEntry(entry) : side('now'),
    where: { path: name },
    remedy: { kind: 'manual', instruction: LOOK },
  };
}

function furtherDifferences(count: number, { path, comparison }: Compared, policy: BaselinePolicy): Finding {
  const summary = `${plural(count, 'more difference')} than the ${String(comparison.differences.length)} that are shown`;
  return {
    ...baseFinding(policy),
    id: `integrity/baseline/${policy.name}/more`,
    outcome: 'fail',
    title: `More differences from the baseline ${policy.name}`,
    summary,
    observed: { ...comparison.counts },
    where: { path },
    remedy: { kind: 'manual', instruction: 'See all of them: freehold baseline update, without --yes' },
  };
}

function unseenCount({ comparison, problems }: Compared): number {
  return comparison.unreadCount + problems.length;
}

/** What could not be looked at: neither as it was nor otherwise. */
function unseen(state: Compared, policy: BaselinePolicy): readonly Finding[] {
  const { comparison, problems } = state;
  const count = unseenCount(state);
  if (count === 0) return [];
  const reasons = [...problems, ...comparison.unread];
  const reason = `${plural(count, 'thing')} could not be looked at: ${reasons.slice(0, policy.shown).join('; ')}`;
  return [
    {
      ...baseFinding(policy),
      id: `integrity/baseline/${policy.name}/unseen`,
      outcome: 'unknown',
      title: `What could not be held against the baseline ${policy.name}`,
      summary: reason,
      observed: { count, ...comparison.counts },
      reason,
    },
  ];
}

function baseFinding(
  policy: BaselinePolicy,
): Pick<Finding, 'id' | 'severity' | 'title' | 'why' | 'expected' | 'references'> {
  return {
    id: `integrity/baseline/${policy.name}`,
    severity: policy.severity,
    title: `The baseline ${policy.name}`,
    why: WHY,
    expected: 'everything as in a baseline that a pinned key signed',
    references: [{ source: 'NIST SP 800-53', item: 'SI-7', version: 'Rev. 5' }],
  };
}
