import type { Blueprint } from '../blueprint/index.ts';
import { type ConfinementPolicy, confinementPolicy } from '../controls/confinement/policy.ts';
import { requireBlueprint } from './blueprint.ts';
import type { ConnectionOptions } from './connection.ts';

/** What commands on the confinement of a machine can be told. */
export interface ConfineOptions extends ConnectionOptions {
  readonly blueprint?: string;
}

export interface ConfinementWish {
  readonly blueprint: Blueprint;
  readonly policy: ConfinementPolicy;
}

/** The section `confinement` of the blueprint; without a blueprint, the preset's. */
export async function loadConfinementWish({ blueprint: name }: ConfineOptions): Promise<ConfinementWish> {
  const blueprint = await requireBlueprint(name, { preset: 'confinement' });
  return { blueprint, policy: confinementPolicy.parse(blueprint.policies.get('confinement') ?? {}) };
}
