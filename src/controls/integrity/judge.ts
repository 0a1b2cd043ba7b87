import type { Finding } from '../../core/finding.ts';
import type { IntegrityPolicy } from './policy.ts';
import type { IntegrityState } from './state.ts';

/** Judges the parts that the blueprint names; each loads when it is named. */
export async function judgeIntegrity(state: IntegrityState, policy: IntegrityPolicy): Promise<Finding[]> {
  const findings = await Promise.all([
    judged(state.packages, policy.packages, async () => (await import('./packages/judge.ts')).judgePackages),
    judged(state.unowned, policy.unowned, async () => (await import('./unowned/judge.ts')).judgeUnowned),
    judged(state.privileged, policy.privileged, async () => (await import('./privileged/judge.ts')).judgePrivileged),
    judged(state.repositories, policy.repositories, async () => {
      const { judgeRepositories } = await import('./repositories/judge.ts');
      const pinned = policy.trust.openpgp.map(({ fingerprint }) => fingerprint);
      return (seen, wish) => judgeRepositories(seen, { ...wish, pinned });
    }),
    judged(state.baseline, policy.baseline, async () => (await import('./baseline/judge.ts')).judgeBaseline),
  ]);
  return findings.flat();
}

async function judged<State, Wish>(
  state: State | undefined,
  wish: Wish | undefined,
  load: () => Promise<(state: State, wish: Wish) => readonly Finding[]>,
): Promise<readonly Finding[]> {
  return state === undefined || wish === undefined ? [] : (await load())(state, wish);
}
