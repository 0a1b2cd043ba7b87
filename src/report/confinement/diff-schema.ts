import { z } from 'zod';

const of = z.enum(['owner', 'other']).describe('Whose file it is.');
const path = z.string();
const mode = z.enum(['enforce', 'complain', 'kill', 'unconfined', 'prompt']);

const grant = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file'), permission: z.enum(['r', 'w', 'a', 'l', 'k', 'm', 'x']), of, path }),
    z
      .strictObject({ kind: z.literal('transition'), of, path, a: z.string(), b: z.string() })
      .describe('Both let it be executed, and it goes on in different ways.'),
    z.strictObject({ kind: z.literal('link'), of, path, target: path }),
    z.strictObject({
      kind: z.literal('change-profile'),
      target: z.string(),
      exec: path.exactOptional().describe('With the next execution of this program.'),
      isUnsafe: z.literal(true).exactOptional().describe('A keeps the environment that B cleans.'),
    }),
    z.strictObject({ kind: z.literal('capability'), capability: z.string() }),
    z.strictObject({ kind: z.literal('network'), family: z.string(), types: z.array(z.string()) }),
    z.strictObject({
      kind: z.literal('class'),
      class: z.string(),
      permission: z.string(),
      text: z.string().describe('What the kernel would match.'),
      meaning: z.string(),
    }),
    z
      .strictObject({ kind: z.literal('unmediated'), class: z.string() })
      .describe('A was compiled without rules of this class: all of it passes.'),
    z.strictObject({ kind: z.literal('mode'), a: mode, b: mode }),
    z.strictObject({ kind: z.literal('flag'), flag: z.string(), isSetIn: z.enum(['a', 'b']) }),
    z.strictObject({ kind: z.literal('rlimit'), resource: z.string(), a: z.string().exactOptional(), b: z.string() }),
    z.strictObject({ kind: z.literal('unattached'), path }).describe('B confines this program, A does not.'),
    z.strictObject({ kind: z.literal('missing-profile') }),
    z.strictObject({ kind: z.literal('unknown'), what: z.string(), reason: z.string() }),
  ])
  .meta({ id: 'Grant', description: 'One thing that A grants and B does not, with a shortest example.' });

const side = z.strictObject({ path: z.string(), how: z.string().describe('What it was compiled with.') });

/** What `freehold confine diff --format json` prints. */
export const diffSchema: z.ZodType = z
  .strictObject({
    format: z.literal('freehold.confine-diff/1'),
    a: side,
    b: side,
    grants: z.array(z.strictObject({ profile: z.string(), grant })).describe('Empty: A grants nothing beyond B.'),
  })
  .meta({ title: 'Freehold: what a policy grants beyond another' });
