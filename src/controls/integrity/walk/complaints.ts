import { shown } from '../../../core/byte-text.ts';

/** In the C locale; GNU quotes names, busybox doesn't. */
const GONE = /: No such file or directory$/;
const COMPLAINTS_MAX = 20;

/** What a program that walks said that it could not look at; what went away meanwhile, or isn't there, is nothing that was missed. */
export function complaintsOf(
  stderr: Uint8Array,
  isHarmless: (line: string) => boolean = () => false,
): readonly string[] {
  const lines = Buffer.from(stderr)
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '' && !GONE.test(line) && !isHarmless(line));
  const kept = lines.slice(0, COMPLAINTS_MAX).map(shown);
  return lines.length <= kept.length ? kept : [...kept, `… and ${String(lines.length - kept.length)} more`];
}
