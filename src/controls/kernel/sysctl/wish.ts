import type { SysctlKnowledge } from '../catalogue/knowledge.ts';
import type { KernelPolicy, SysctlWish } from '../policy.ts';
import { sysctlKey, sysctlPath } from './key.ts';

/** One key of the blueprint with all that is known of it. */
export interface WishedSysctl {
  /** As sysctl(8) spells it, whatever the blueprint's spelling. */
  readonly key: string;
  readonly path: string;
  readonly wish: SysctlWish;
  readonly knowledge: SysctlKnowledge | undefined;
}

/** The wishes of a policy, sorted by key; of two spellings of one key the later counts. */
export function wishedSysctls(
  policy: KernelPolicy,
  knowledgeOf: (key: string) => SysctlKnowledge | undefined,
): readonly WishedSysctl[] {
  const wishes = new Map<string, WishedSysctl>();
  for (const [name, wish] of Object.entries(policy.sysctl)) {
    const path = sysctlPath(name);
    const key = sysctlKey(path);
    if (wish === null) wishes.delete(path);
    else wishes.set(path, { key, path, wish, knowledge: knowledgeOf(key) });
  }
  return [...wishes.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
