import { matchWaivers } from '../blueprint/index.ts';
import { dependencies } from '../controls/dependencies/index.ts';
import { billOfMaterials } from '../controls/dependencies/judgement/bill-of-materials.ts';
import type { DependenciesState } from '../controls/dependencies/state.ts';
import type { BillOfMaterials } from '../core/bill-of-materials.ts';
import type { Surroundings } from '../core/surroundings.ts';
import type { Host } from '../host/host.ts';
import type { DependenciesWish } from './deps-scope.ts';
import { freeholdVersion } from './version.ts';

const ISO_DAY_CHARACTERS = 10;

/** Looks at a machine, and makes the bill of it with what the blueprint accepts. */
export async function takeBill(
  host: Host,
  { blueprint, policy }: DependenciesWish,
  surroundings: Surroundings,
): Promise<{ readonly bill: BillOfMaterials; readonly state: DependenciesState }> {
  const createdAt = surroundings.now;
  const state = await dependencies.observe(host, policy, surroundings);
  const today = createdAt.toISOString().slice(0, ISO_DAY_CHARACTERS);
  const { waived } = matchWaivers(await dependencies.judge(state, policy), blueprint.waivers, today);
  const bill = billOfMaterials(state, { policy, facts: host.facts, version: freeholdVersion(), createdAt, waived });
  return { bill, state };
}
