import type { Diagnostic } from '../../core/diagnostic.ts';
import { readText, type ReadTextOptions } from '../read-text.ts';

const BYTES_PER_MIB = 1024 * 1024;
const PATTERN_FILE: ReadTextOptions = {
  limitBytes: BYTES_PER_MIB,
  noun: 'pattern file',
  whenTooLarge: 'Make a group of these hosts instead.',
};

/** Puts the lines of files in the place of `@file`, as `--limit @retry` of Ansible does; blank lines and comments count for nothing. */
export async function readPatternFiles(
  written: readonly string[],
): Promise<{ readonly patterns: readonly string[]; readonly diagnostics: readonly Diagnostic[] }> {
  const patterns: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const pattern of written) {
    if (!pattern.startsWith('@')) {
      patterns.push(pattern);
      continue;
    }
    const result = await readText(pattern.slice(1), PATTERN_FILE);
    if (result.kind === 'refused') {
      const { diagnostic } = result;
      diagnostics.push({ ...diagnostic, code: diagnostic.code.replace(/^blueprint\//, 'inventory/') });
      continue;
    }
    const lines = result.source.text.split('\n').map((line) => line.trim());
    patterns.push(...lines.filter((line) => line !== '' && !line.startsWith('#')));
  }
  return { patterns, diagnostics };
}
