import type { Explanation } from '../../core/control.ts';
import { NOT_COMPARED } from './not-compared.ts';
import { LINT_RULES } from './rules/index.ts';
import { WAIVER_WITHOUT_REASON } from './waiver-rules.ts';

const TOPIC = 'confinement/lint/';
const KINDS = [...LINT_RULES, NOT_COMPARED, WAIVER_WITHOUT_REASON];

/** Every rule of lint as a topic of `freehold explain`, sorted. */
export function lintTopics(): readonly string[] {
  return KINDS.map(({ id }) => `${TOPIC}${id}`).toSorted();
}

/** Teaches one rule of lint, by its topic or its bare id. */
export function explainLint(topic: string): Explanation | undefined {
  const kind = KINDS.find(({ id }) => id === topic || `${TOPIC}${id}` === topic);
  if (kind === undefined) return undefined;
  return {
    topic: `${TOPIC}${kind.id}`,
    title: kind.title,
    what: `A weakness that \`freehold confine lint\` looks for in AppArmor profiles. Safer: ${kind.safer}`,
    why: kind.why,
    checkByHand: ['freehold confine lint /etc/apparmor.d/PROFILE', 'apparmor_parser -p /etc/apparmor.d/PROFILE'],
    references: kind.references,
  };
}
