import { z } from 'zod';

/** A pattern of absolute paths. */
export const pathPattern = z
  .string()
  .regex(/^\/[^\p{Cc}]*$/u, 'must be an absolute path, in which * stands for characters of a name and ** for any');

/** The `packages:` part of the section `integrity`. */
export const packagesPolicy = z.strictObject({
  allowed: z
    .array(pathPattern)
    .default([])
    .describe(
      'Files that may differ from what their packages shipped, as patterns: * is any part of a name, ** any path.',
    ),
  conffiles: z
    .enum(['may-differ', 'as-shipped'])
    .default('may-differ')
    .describe(
      'Whether configuration files must be as they were shipped. They are there to be changed, so by default those that differ are only named.',
    ),
});

export type PackagesPolicy = z.output<typeof packagesPolicy>;
