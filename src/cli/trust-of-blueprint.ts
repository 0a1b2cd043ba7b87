import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Blueprint } from '../blueprint/index.ts';
import { type TrustPolicy, trustPolicy } from '../signatures/trust.ts';
import { BLUEPRINTS_AT_HAND, requireBlueprint } from './blueprint.ts';

/** Whose signatures count, and the folder that the key files it names are taken from. */
export interface Trusted {
  readonly policy: TrustPolicy;
  readonly folder: string;
}

const SECTION = 'integrity';
const section = z.looseObject({ trust: trustPolicy.optional() });
const NOBODY: Trusted = { policy: trustPolicy.parse({}), folder: '.' };

/** The `trust:` of a blueprint, or of the one at hand. Without a blueprint nobody is pinned. */
export async function trustOfBlueprint(option: string | undefined): Promise<Trusted> {
  if (option === undefined && !BLUEPRINTS_AT_HAND.some((path) => existsSync(path))) return NOBODY;
  const blueprint = await requireBlueprint(option);
  const { trust } = section.parse(blueprint.policies.get(SECTION) ?? {});
  return trust === undefined ? NOBODY : { policy: withPaths(trust, blueprint), folder: dirname(blueprint.path) };
}

/** A key file is taken from the folder of the very file that names it, which may be one that the blueprint extends. */
function withPaths(policy: TrustPolicy, blueprint: Blueprint): TrustPolicy {
  const from = (path: string, at: readonly (string | number)[]): string => {
    const origin = blueprint.originOf([SECTION, 'trust', ...at]) ?? blueprint;
    return resolve(dirname(origin.path), path);
  };
  return {
    ...policy,
    openpgp: policy.openpgp.map((pin, index) =>
      pin.keyring === undefined ? pin : { ...pin, keyring: from(pin.keyring, ['openpgp', index, 'keyring']) },
    ),
    sigstore: policy.sigstore.map((pin, index) => ({
      ...pin,
      trustRoot: from(pin.trustRoot, ['sigstore', index, 'trustRoot']),
    })),
  };
}
