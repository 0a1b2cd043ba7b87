import type { AdvisorySource } from '../../../core/advisory.ts';
import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Knowledge } from '../state.ts';

/** Whether the advisories themselves can be relied on: there, whole, and not too old. */
export function judgeKnowledge(knowledge: Knowledge, { maxAgeDays, sources }: DependenciesPolicy): readonly Finding[] {
  if (knowledge.kind === 'none') return [noKnowledge(knowledge)];
  const origins = new Set(knowledge.sources.map(({ origin }) => origin));
  const missing = [...new Set(sources)].filter((source) => !origins.has(source));
  return [
    ...knowledge.sources.map((source) => judgeSource(source, knowledge.agesDays[source.origin] ?? 0, maxAgeDays)),
    ...missing.map(missingSource),
  ];
}

function judgeSource(source: AdvisorySource, ageDays: number, maxAgeDays: number): Finding {
  const isOld = ageDays > maxAgeDays && doesAge(source);
  const newest = source.newest === undefined ? '' : `, the newest of ${source.newest}`;
  const noun = source.kind === 'vex' ? 'statement' : 'record';
  const counts = `${plural(source.records, noun)}${newest}, read ${plural(ageDays, 'day')} ago`;
  const faults = [
    ...(isOld ? [`older than ${plural(maxAgeDays, 'day')}`] : []),
    ...(source.isComplete ? [] : ['reading it ended before its end']),
    ...(source.refused > 0 ? [`${plural(source.refused, noun)} could not be read`] : []),
  ];
  return {
    id: `dependencies/advisories/${source.origin}`,
    outcome: faults.length === 0 ? 'pass' : 'fail',
    severity: isOld || !source.isComplete ? 'medium' : 'low',
    title: `${source.kind === 'vex' ? 'VEX documents' : 'Advisories'} of ${source.origin}`,
    summary: [counts, ...faults].join('; '),
    why: WHY,
    expected: doesAge(source) ? `complete, and at most ${plural(maxAgeDays, 'day')} old` : 'complete',
    observed: { ...source, ageDays },
    references: [],
    ...(faults.length > 0 && {
      remedy: { kind: 'manual', instruction: `Read it again: freehold deps sync --from ${source.origin}` } as const,
    }),
  };
}

const WHY = 'What was published since, or is missing, is not found in any package.';

/**
 * A VEX document holds until a newer one says otherwise, however old it is. Whether there is a newer one, only a file on this
 * disk tells by itself; an address has to be asked.
 */
function doesAge({ kind, origin }: AdvisorySource): boolean {
  return kind !== 'vex' || /^https?:/.test(origin);
}

/** One that the blueprint names, and that was never read. */
function missingSource(source: string): Finding {
  const reason = `the blueprint names it, and it was never read`;
  return {
    id: `dependencies/advisories/${source}`,
    outcome: 'unknown',
    severity: 'medium',
    title: `Advisories of ${source}`,
    summary: reason,
    why: WHY,
    expected: 'every source that the blueprint names',
    observed: null,
    reason,
    references: [],
    remedy: { kind: 'manual', instruction: `Read it: freehold deps sync --from ${source}` },
  };
}

function noKnowledge({ reason, hint }: Extract<Knowledge, { kind: 'none' }>): Finding {
  return {
    id: 'dependencies/advisories',
    outcome: 'unknown',
    severity: 'high',
    title: 'Advisories',
    summary: `${reason} Nothing could be judged.`,
    why: 'Without advisories nothing is known against any package, and that says nothing about it.',
    expected: 'an index of advisories',
    observed: null,
    reason,
    references: [],
    remedy: { kind: 'manual', instruction: hint },
  };
}
