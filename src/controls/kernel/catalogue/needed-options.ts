import type { KernelPolicy } from '../policy.ts';
import { bootKnowledge, moduleKnowledge, sysctlKnowledge } from './lookup.ts';

/** The kernel options that decide whether the wishes of a policy mean anything to a kernel, sorted. */
export function neededOptions(policy: KernelPolicy): readonly string[] {
  const knowledge = [
    ...Object.keys(policy.sysctl).map(sysctlKnowledge),
    ...[...Object.keys(policy.boot.required), ...Object.keys(policy.boot.forbidden)].map(bootKnowledge),
    ...Object.keys(policy.modules).map(moduleKnowledge),
  ];
  const options = knowledge.flatMap((one) => (one?.requiresConfig === undefined ? [] : [one.requiresConfig]));
  return [...new Set([...options, 'CONFIG_MODULES'])].sort();
}
