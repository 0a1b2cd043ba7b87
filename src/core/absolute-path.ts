import { z } from 'zod';

/** An absolute path in a blueprint, written in the one way that programs print it. */
export const absolutePath = z
  .string()
  .regex(
    /^\/(?:[^/\p{Cc}]+(?:\/[^/\p{Cc}]+)*)?$/u,
    'must be an absolute path without a slash at its end and without two in a row',
  )
  .refine((path) => !path.split('/').some((name) => name === '.' || name === '..'), {
    message: 'must be an absolute path without . and ..',
  });
