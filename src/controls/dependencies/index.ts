import type { Control } from '../../core/control.ts';
import { dependencyTopics, explainDependencies } from './explain.ts';
import { dependenciesPolicy, type DependenciesPolicy } from './policy.ts';
import type { DependenciesState } from './state.ts';

/** Installed packages, and what is known against them. Its readers load when a blueprint asks for them: most audits don't. */
export const dependencies: Control<DependenciesPolicy, DependenciesState> = {
  id: 'dependencies',
  title: 'Dependencies',
  policy: dependenciesPolicy,
  observe: async (host, policy, surroundings) =>
    (await import('./observe.ts')).observeDependencies(host, policy, surroundings),
  observeAll: async (host) => (await import('./observe.ts')).observeAllDependencies(host),
  judge: async (state, policy) => (await import('./judge.ts')).judgeDependencies(state, policy),
  explain: explainDependencies,
  topics: dependencyTopics,
};
