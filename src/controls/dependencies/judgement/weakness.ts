import type { Severity } from '../../../core/severity.ts';
import type { Package } from '../inventory/package.ts';
import type { DependenciesPolicy } from '../policy.ts';
import type { Place } from '../state.ts';
import type { Vulnerability } from './vulnerability.ts';

/** The finding about one weakness of a package in a place; waivers go by it. */
export function weaknessId({ id }: Vulnerability, { ecosystem, name }: Package, { path }: Place): string {
  return `dependencies/vulnerability/${id}/${ecosystem}/${name}${path}`;
}

/** What is exploited is critical, whatever its score. */
export function severityOf({ rating, exploited }: Vulnerability, { unscored }: DependenciesPolicy): Severity {
  if (exploited !== undefined) return 'critical';
  return rating?.severity ?? unscored;
}
