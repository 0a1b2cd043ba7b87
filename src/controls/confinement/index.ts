import type { Control } from '../../core/control.ts';
import { confinementTopics, explainConfinement } from './explain.ts';
import type { Neighbours } from './observe.ts';
import { confinementPolicy, type ConfinementPolicy } from './policy.ts';
import type { ConfinementState } from './state.ts';

/** Which programs AppArmor holds, and how. Loads when a blueprint asks for it: most audits don't. */
export function confinementWith(neighbours: Neighbours): Control<ConfinementPolicy, ConfinementState> {
  return {
    id: 'confinement',
    title: 'Confinement',
    policy: confinementPolicy,
    observe: async (host, policy, { now }) =>
      (await import('./observe.ts')).observeConfinement(host, policy, { now, neighbours }),
    observeAll: async (host) => (await import('./observe.ts')).observeWholeConfinement(host, neighbours),
    judge: async (state, policy) => (await import('./judge.ts')).judgeConfinement(state, policy),
    explain: explainConfinement,
    topics: confinementTopics,
  };
}
