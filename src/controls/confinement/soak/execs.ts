import type { ByteText } from '../../../core/byte-text.ts';

/** Longer lines are none of the kernel's (audit_log_end() writes at most some 8 KB). */
const LONGEST_LINE_CHARACTERS = 16 * 1024;
const MS_PER_SECOND = 1000;

/**
 * Processes that a program was started in since a moment, by the records of a rule such as `auditctl -w PROGRAM -p x`: SYSCALL
 * records of success whose `exe` is the program (auditctl(8), audit.log as ausearch(8) reads it).
 */
export function execsIn(
  log: ByteText,
  { program, sinceMs }: { readonly program: ByteText; readonly sinceMs: number },
): ReadonlySet<string> {
  const starts = new Set<string>();
  const words = [`exe="${program}"`, `exe=${Buffer.from(program, 'latin1').toString('hex').toUpperCase()}`];
  for (let at = 0, end = 0; at < log.length; at = end + 1) {
    const found = log.indexOf('\n', at);
    end = found === -1 ? log.length : found;
    const line = log.slice(at, end);
    if (line.length > LONGEST_LINE_CHARACTERS || !line.startsWith('type=SYSCALL ')) continue;
    const fields = line.split(' ');
    const [, seconds] = /^msg=audit\(([0-9]{1,12})\./.exec(fields[1] ?? '') ?? [];
    const pid = fields.find((field) => field.startsWith('pid='));
    const isOurs = fields.includes('success=yes') && words.some((word) => fields.includes(word));
    if (isOurs && pid !== undefined && Number(seconds) * MS_PER_SECOND >= sinceMs) starts.add(pid.slice('pid='.length));
  }
  return starts;
}
