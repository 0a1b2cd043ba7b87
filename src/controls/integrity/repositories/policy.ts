import { z } from 'zod';

/** The `repositories:` part of the section `integrity`. */
export const repositoriesPolicy = z.strictObject({
  requireHttps: z
    .boolean()
    .default(false)
    .describe(
      'Whether an address without TLS counts as a failure. Signatures protect what is installed either way; without TLS everybody on the way sees what that is.',
    ),
  without: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Addresses of repositories that are not judged: a source is left out when its address begins with one of them.',
    ),
});

export type RepositoriesPolicy = z.output<typeof repositoriesPolicy>;
