import type { ByteText } from '../../core/byte-text.ts';
import type { Envelope } from './envelope.ts';
import type { LossCause } from './records.ts';

export interface Loss {
  readonly cause: LossCause;
  readonly count?: number;
  readonly total?: number;
}

interface Sign {
  readonly pattern: RegExp;
  readonly cause: LossCause;
  /** What the number in the line counts. */
  readonly counts?: 'these' | 'all';
}

/** kernel/audit.c, audit_log_lost and its callers; lib/ratelimit.c. */
const OF_KERNEL: readonly Sign[] = [
  { pattern: /^(?:audit: )?audit_lost=(\d{1,10})\b/, cause: 'kernel', counts: 'all' },
  { pattern: /^(?:audit: )?(?:audit_backlog=\d+ > audit_backlog_limit=|backlog limit exceeded)/, cause: 'backlog' },
  { pattern: /^(?:audit: )?kauditd (?:hold|retry) queue overflow/, cause: 'backlog' },
  { pattern: /^(?:audit: )?rate limit exceeded/, cause: 'rate-limit' },
  { pattern: /^(?:audit: )?printk limit exceeded/, cause: 'printk-limit' },
  { pattern: /^(?:audit: )?out of memory in audit_/, cause: 'kernel' },
  {
    pattern:
      /^(?:printk: )?(?:audit|audit_printk_skb|kauditd_printk_skb|audit_log_end|(?:type )?__ratelimit): (\d{1,10}) callbacks suppressed/,
    cause: 'printk-limit',
    counts: 'these',
  },
];

const OF_DAEMONS: ReadonlyMap<string, readonly Sign[]> = new Map([
  ['systemd-journald', [{ pattern: /^Missed (\d{1,15}) kernel messages/, cause: 'ring-overrun', counts: 'these' }]],
  [
    'rsyslogd',
    [
      {
        pattern: /^(?:imjournal|imklog)[^:]{0,40}: (\d{1,10}) messages lost due to rate-limiting/,
        cause: 'daemon',
        counts: 'these',
      },
    ],
  ],
  [
    'auditd',
    [
      { pattern: /^Audit daemon (?:is suspending logging|has no space left)/, cause: 'daemon' },
      { pattern: /^dispatch (?:err|error).*event lost/, cause: 'daemon' },
    ],
  ],
]);

/** Whether the line says that records were lost: the kernel of its own, a daemon of what it read. */
export function readLoss({ writer, text, at, tag }: Envelope): Loss | undefined {
  const signs = writer === 'kernel' ? OF_KERNEL : OF_DAEMONS.get(tag);
  if (signs === undefined) return undefined;
  const message = text.slice(at);
  for (const { pattern, cause, counts } of signs) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const number = Number(match[1] ?? '0');
    return { cause, ...(counts === 'these' && { count: number }), ...(counts === 'all' && { total: number }) };
  }
  return undefined;
}

/** Words that every such line has one of: most lines of a log have none, and are not looked at further. */
export function mayBeLoss(line: ByteText): boolean {
  // What auditd writes of its own; the kernel says what it lost through printk alone.
  if (line.startsWith('type=')) return false;
  return (
    line.includes('audit_lost=') ||
    line.includes('callbacks suppressed') ||
    line.includes('limit exceeded') ||
    line.includes('queue overflow') ||
    line.includes('audit_backlog=') ||
    line.includes('kernel messages') ||
    line.includes('out of memory in audit_') ||
    line.includes('lost due to rate-limiting') ||
    line.includes('Audit daemon ') ||
    line.includes('event lost')
  );
}
