import type { ByteText } from '../../../../core/byte-text.ts';

const MS_PER_SECOND = 1000;

/**
 * Where in a file of auditd begins what was written since a moment: behind the last record of before that. What is cut off in front of it
 * is of before as well; what is cut off behind it may be of then.
 */
export function beginOf(text: ByteText, sinceMs: number): number {
  let begin = 0;
  for (const { index, 1: seconds, 2: ms } of text.matchAll(/msg=audit\(([0-9]{1,11})\.([0-9]{3}):/g)) {
    // A record that was cut off has the next one in the same line: that line counts where either is of then.
    const isOfThen = Number(seconds) * MS_PER_SECOND + Number(ms) >= sinceMs;
    if (isOfThen) return Math.min(begin, text.lastIndexOf('\n', index) + 1);
    const end = text.indexOf('\n', index);
    begin = end === -1 ? text.length : end + 1;
  }
  return begin;
}
