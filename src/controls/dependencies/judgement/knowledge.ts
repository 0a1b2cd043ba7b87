import type { AdvisorySource } from '../../../core/advisory.ts';
import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Knowledge } from '../state.ts';

/** Whether the advisories themselves can be relied on: there, whole, and not too old. */
export function judgeKnowledge(knowledge: Knowledge, { maxAgeDays }: DependenciesPolicy): readonly Finding[] {
  if (knowledge.kind === 'none') return [noKnowledge(knowledge)];
  return knowledge.sources.map((source) => judgeSource(source, knowledge.agesDays[source.origin] ?? 0, maxAgeDays));
}

function judgeSource(source: AdvisorySource, ageDays: number, maxAgeDays: number): Finding {
  const isOld = ageDays > maxAgeDays;
  const newest = source.newest === undefined ? '' : `, the newest of ${source.newest}`;
  const counts = `${plural(source.records, 'record')}${newest}, read ${plural(ageDays, 'day')} ago`;
  const faults = [
    ...(isOld ? [`older than ${plural(maxAgeDays, 'day')}`] : []),
    ...(source.isComplete ? [] : ['reading it ended before its end']),
    ...(source.refused > 0 ? [`${plural(source.refused, 'record')} could not be read`] : []),
  ];
  return {
    id: `dependencies/advisories/${source.origin}`,
    outcome: faults.length === 0 ? 'pass' : 'fail',
    severity: isOld || !source.isComplete ? 'medium' : 'low',
    title: `Advisories of ${source.origin}`,
    summary: [counts, ...faults].join('; '),
    why: 'What was published since, or is missing, is not found in any package.',
    expected: `complete, and at most ${plural(maxAgeDays, 'day')} old`,
    observed: { ...source, ageDays },
    references: [],
    ...(faults.length > 0 && {
      remedy: { kind: 'manual', instruction: `Read it again: freehold deps sync --from ${source.origin}` } as const,
    }),
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
