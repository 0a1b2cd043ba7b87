import type { z } from 'zod';
import type { Diagnostic } from '../core/diagnostic.ts';
import { check } from './check.ts';
import { settleEmpties } from './empties.ts';
import { FILE_LIMIT_BYTES } from './limits.ts';
import { type FileWords, parseYaml } from './parse-yaml.ts';
import { Problems } from './problems.ts';
import { readText } from './read-text.ts';
import { jsonSchemaOf, viewPlace } from './schema-view.ts';

export type LoadedPart<T> =
  | { readonly kind: 'loaded'; readonly part: T; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

export interface PartOptions<T> {
  readonly schema: z.ZodType<T>;
  /** Begins every code: `trust/unknown-key`. */
  readonly prefix: string;
  readonly words: FileWords;
}

/** Reads a file that holds one part of a blueprint alone, as strictly and with the same care for its mistakes. */
export async function loadPart<T>(path: string, options: PartOptions<T>): Promise<LoadedPart<T>> {
  const { schema, prefix, words } = options;
  const text = await readText(path, {
    limitBytes: FILE_LIMIT_BYTES,
    noun: words.noun,
    whenTooLarge: 'Is this the right file?',
  });
  if (text.kind === 'refused') {
    const { code, ...rest } = text.diagnostic;
    return { kind: 'invalid', diagnostics: [{ ...rest, code: code.replace(/^blueprint/, prefix) }] };
  }
  const problems = new Problems(prefix);
  const tree = parseYaml(text.source, problems, words);
  if (tree === undefined) return { kind: 'invalid', diagnostics: problems.all() };
  const view = (at: readonly (string | number)[]) => viewPlace(jsonSchemaOf(schema), at);
  const root = settleEmpties(tree, { path: [], view, problems });
  const part = check(schema, { root, at: [], problems, isPartial: problems.hasErrors, whole: `a ${words.noun}` });
  if (part === undefined || problems.hasErrors) return { kind: 'invalid', diagnostics: problems.all() };
  return { kind: 'loaded', part, warnings: problems.warnings() };
}
