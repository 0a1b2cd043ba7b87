import process from 'node:process';
import type { Blueprint } from '../blueprint/index.ts';
import { type BaselinePolicy, baselinePolicy } from '../controls/integrity/baseline/policy.ts';
import { integrityPolicy } from '../controls/integrity/policy.ts';
import { FreeholdError } from '../core/error.ts';
import { oneLine } from '../report/text/sanitise.ts';
import type { TrustPolicy } from '../signatures/trust.ts';
import { requireBlueprint } from './blueprint.ts';
import type { ConnectionOptions } from './connection.ts';

/** What every command on baselines can be told. */
export interface BaselineOptions extends ConnectionOptions {
  readonly blueprint?: string;
}

export interface BaselineWish {
  readonly blueprint: Blueprint;
  readonly policy: BaselinePolicy;
  readonly trust: TrustPolicy;
}

/** The part `baseline` of the blueprint's section `integrity`, with its defaults where the blueprint doesn't have it. */
export async function loadBaselineWish({ blueprint: name }: BaselineOptions): Promise<BaselineWish> {
  const blueprint = await requireBlueprint(name, { preset: 'integrity' });
  const section = integrityPolicy.parse(blueprint.policies.get('integrity') ?? {});
  return { blueprint, policy: section.baseline ?? baselinePolicy.parse({}), trust: section.trust };
}

export function warn(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`warning: ${oneLine(line)}\n`);
}

export function baselineError(
  kind: 'usage' | 'unreachable' | 'refused',
  { code, message, hint }: { readonly code: string; readonly message: string; readonly hint?: string },
): FreeholdError {
  return new FreeholdError(kind, [
    { code: `baseline/${code}`, level: 'error', message, ...(hint !== undefined && { hint }) },
  ]);
}
