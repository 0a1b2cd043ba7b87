import type { Control } from '../../core/control.ts';
import { dependencyTopics, explainDependencies } from './explain.ts';
import { judgeDependencies } from './judge.ts';
import { observeAllDependencies, observeDependencies } from './observe.ts';
import { dependenciesPolicy, type DependenciesPolicy } from './policy.ts';
import type { DependenciesState } from './state.ts';

/** Installed packages, and what is known against them. */
export const dependencies: Control<DependenciesPolicy, DependenciesState> = {
  id: 'dependencies',
  title: 'Dependencies',
  policy: dependenciesPolicy,
  observe: observeDependencies,
  observeAll: observeAllDependencies,
  judge: judgeDependencies,
  explain: explainDependencies,
  topics: dependencyTopics,
};
