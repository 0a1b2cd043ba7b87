import { z } from 'zod';

export const BASELINE_FORMAT = 'freehold-baseline/1';

const headerSchema = z.strictObject({
  format: z.literal(BASELINE_FORMAT),
  name: z.string(),
  hostname: z.string(),
  machine: z.string(),
  /** By the clock of the machine, to the second. */
  takenAt: z.iso.datetime(),
  trees: z.array(z.string()),
  without: z.array(z.string()),
  hasOtherFileSystems: z.boolean(),
  hasAttributes: z.boolean(),
  entries: z.int().min(0),
});

/** The first line of a baseline: what it is of. Signed with all that follows. */
export type BaselineHeader = Readonly<z.output<typeof headerSchema>>;

export function renderHeader(header: BaselineHeader): string {
  return JSON.stringify(headerSchema.parse(header));
}

export type ReadHeader =
  | { readonly kind: 'header'; readonly header: BaselineHeader }
  | { readonly kind: 'malformed'; readonly reason: string };

export function parseHeader(line: string): ReadHeader {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'malformed', reason: 'its first line is no JSON' };
  }
  const parsed = headerSchema.safeParse(value);
  if (parsed.success) return { kind: 'header', header: parsed.data };
  const [first] = parsed.error.issues;
  return { kind: 'malformed', reason: `its first line: ${first?.path.join('.') ?? ''}: ${first?.message ?? ''}` };
}
