import type { Finding } from '../../core/finding.ts';
import { judgeAppArmor } from './boot/judge.ts';
import type { ConfinementPolicy } from './policy.ts';
import { judgePrograms } from './programs/judge.ts';
import type { ConfinementState } from './state.ts';
import { judgeUnconfined } from './unconfined/judge.ts';

/** Compares what is confined, and how, with the policy. */
export function judgeConfinement(state: ConfinementState, policy: ConfinementPolicy): Finding[] {
  return [
    ...(policy.apparmor === undefined || state.boot === undefined ? [] : [judgeAppArmor(state, state.boot)]),
    ...judgePrograms(state, policy),
    ...judgeUnconfined(state, policy),
  ];
}
