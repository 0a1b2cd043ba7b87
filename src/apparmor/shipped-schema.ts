import { z } from 'zod';

/** The shapes of what ships with Freehold about programs and paths. Checked by a test, not at every start: it can't change. */
export const sensitivePathsFile = z.strictObject({
  format: z.literal(1),
  paths: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      why: z.string(),
      source: z.string(),
      unlessOwner: z.boolean().exactOptional(),
      permissions: z.array(z.enum(['r', 'w'])).min(1),
      paths: z.array(z.string()).min(1),
    }),
  ),
});

export const interpretersFile = z.strictObject({
  format: z.literal(2),
  interpreters: z.array(
    z.strictObject({
      id: z.string(),
      isShell: z.boolean().exactOptional(),
      isVersioned: z.boolean().exactOptional(),
      what: z.string(),
      why: z.string(),
      source: z.string(),
      names: z.array(z.string()).min(1),
    }),
  ),
});

const place = z.strictObject({
  id: z.string(),
  patterns: z.array(z.string()).min(1),
  what: z.string(),
  source: z.string(),
});

export const knownPlacesFile = z.strictObject({
  wide_trees: z.array(place),
  loaded_later: z.array(place),
  user_writable: z.array(place),
  wide_abstractions: z.array(z.strictObject({ include: z.string(), why: z.string() })),
});

export type SensitivePathsFile = z.infer<typeof sensitivePathsFile>;
export type InterpretersFile = z.infer<typeof interpretersFile>;
export type KnownPlacesFile = z.infer<typeof knownPlacesFile>;
