import type { Control } from '../../core/control.ts';
import { explainIntegrity, integrityTopics } from './explain.ts';
import { integrityPolicy, type IntegrityPolicy } from './policy.ts';
import type { IntegrityState } from './state.ts';

/** Whether what lies on the disk is what was shipped. Each part loads when a blueprint asks for it: most audits don't. */
export const integrity: Control<IntegrityPolicy, IntegrityState> = {
  id: 'integrity',
  title: 'Integrity',
  policy: integrityPolicy,
  observe: async (host, policy, { now }) => (await import('./observe.ts')).observeIntegrity(host, policy, now),
  // Every part takes as long as reading much of the disk: a recording has those that its blueprint names.
  observeAll: () => Promise.resolve(),
  judge: async (state, policy) => (await import('./judge.ts')).judgeIntegrity(state, policy),
  explain: explainIntegrity,
  topics: integrityTopics,
};
