import { z } from 'zod';
import { trustPolicy } from '../../signatures/trust.ts';
import { packagesPolicy } from './packages/policy.ts';
import { unownedPolicy } from './unowned/policy.ts';

/** The `integrity:` section of a blueprint. A part that it doesn't name is not looked at. */
export const integrityPolicy = z.strictObject({
  trust: trustPolicy.prefault({}).describe('Whose signatures count. Nothing else does.'),
  packages: packagesPolicy
    .optional()
    .describe('Holds every file of every installed package against the list that its package brought.'),
  unowned: unownedPolicy.optional().describe('Looks for files in the folders of the system that no package owns.'),
});

export type IntegrityPolicy = z.output<typeof integrityPolicy>;
