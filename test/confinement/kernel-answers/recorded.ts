/** The answers that lie beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const answersSchema = z.object({
  versions: z.array(z.string()).readonly(),
  labels: z.array(z.string()).readonly(),
  paths: z.array(z.string()).readonly(),
  answers: z.array(z.object({ allow: z.number(), deny: z.number(), audit: z.number(), quiet: z.number() })).readonly(),
  table: z.record(z.string(), z.array(z.number()).readonly()).readonly(),
});

/** What the lab's kernel said of {@link recordedPolicy}. */
export function recordedAnswers(): z.output<typeof answersSchema> {
  return answersSchema.parse(JSON.parse(unpacked('answers.json').toString()));
}

/** What apparmor_parser(8) gave to that kernel. */
export function recordedPolicy(): Buffer {
  return unpacked('policy.bin');
}

function unpacked(name: string): Buffer {
  return gunzipSync(readFileSync(join(import.meta.dirname, `${name}.gz`)));
}
