import { z } from 'zod';
import { trustPolicy } from '../../signatures/trust.ts';
import { baselinePolicy } from './baseline/policy.ts';
import { packagesPolicy } from './packages/policy.ts';
import { privilegedPolicy } from './privileged/policy.ts';
import { repositoriesPolicy } from './repositories/policy.ts';
import { unownedPolicy } from './unowned/policy.ts';

/** The `integrity:` section of a blueprint. A part that it doesn't name is not looked at. */
export const integrityPolicy = z.strictObject({
  trust: trustPolicy.prefault({}).describe('Whose signatures count. Nothing else does.'),
  packages: packagesPolicy
    .optional()
    .describe('Holds every file of every installed package against the list that its package brought.'),
  unowned: unownedPolicy.optional().describe('Looks for files in the folders of the system that no package owns.'),
  privileged: privilegedPolicy
    .optional()
    .describe(
      'Looks for files that run with more rights than those of who starts them, and says which nobody allowed.',
    ),
  repositories: repositoriesPolicy
    .optional()
    .describe('Holds the repositories of apt, and what was fetched of them, against the keys that may sign them.'),
  baseline: baselinePolicy
    .optional()
    .describe('Holds trees of files against a signed list of how they were (`freehold baseline create`).'),
});

export type IntegrityPolicy = z.output<typeof integrityPolicy>;
