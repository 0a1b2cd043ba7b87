import type { Explanation } from '../../core/control.ts';
import { BASELINE_TOPICS } from './baseline/explain.ts';
import { PACKAGES_TOPICS } from './packages/explain.ts';
import { PRIVILEGED_TOPICS } from './privileged/explain.ts';
import { REPOSITORIES_TOPICS } from './repositories/explain.ts';
import { UNOWNED_TOPICS } from './unowned/explain.ts';

const TOPICS: readonly Explanation[] = [
  ...BASELINE_TOPICS,
  ...PACKAGES_TOPICS,
  ...PRIVILEGED_TOPICS,
  ...REPOSITORIES_TOPICS,
  ...UNOWNED_TOPICS,
];

/** Teaches a kind of finding, by its own id or by that of any finding of the kind. */
export function explainIntegrity(topic: string): Explanation | undefined {
  const found = TOPICS.find((one) => topic === one.topic || topic.startsWith(`${one.topic}/`));
  return found && { ...found, topic };
}

export function integrityTopics(): readonly string[] {
  return TOPICS.map(({ topic }) => topic).sort();
}
