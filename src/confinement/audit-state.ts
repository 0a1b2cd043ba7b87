import type { Host } from '../host/host.ts';

/** What the kernel says of its audit (auditctl(8), -s). */
export type AuditState =
  | {
      readonly kind: 'known';
      /** Records lost since the machine started. */
      readonly lost: number;
      /** Records that wait. */
      readonly backlog?: number;
      readonly backlogLimit?: number;
      /** Records a second; 0: without a limit. */
      readonly rateLimit?: number;
      /** 0 where no daemon takes the records: then they go through printk, with its limit. */
      readonly daemonPid?: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

const TIMEOUT_MS = 10_000;
/** `lost 0`, and before audit 2.4 `lost=0`. */
const VALUE = /\b(lost|backlog|backlog_limit|rate_limit|pid)[ =](\d{1,10})\b/g;

/** Asks for the counter of lost records; only the kernel has it, and it answers auditctl alone. */
export async function observeAuditState(host: Host): Promise<AuditState> {
  const result = await host.run(['auditctl', '-s'], { timeoutMs: TIMEOUT_MS });
  if (result.kind === 'not-run') {
    const reason = result.cause === 'missing' ? 'auditctl is not installed (package auditd)' : result.message;
    return { kind: 'unknown', reason };
  }
  if (result.kind === 'ended') return { kind: 'unknown', reason: result.message };
  const text = Buffer.from(result.stdout).toString('latin1');
  const values = new Map([...text.matchAll(VALUE)].map(([, key = '', value]) => [key, Number(value)]));
  const lost = values.get('lost');
  if (result.code !== 0 || lost === undefined) {
    const said = Buffer.from(result.stderr).toString('latin1').trim().split('\n')[0] ?? '';
    return { kind: 'unknown', reason: said === '' ? `auditctl -s ended with ${result.code}` : said };
  }
  const backlog = values.get('backlog');
  const backlogLimit = values.get('backlog_limit');
  const rateLimit = values.get('rate_limit');
  const daemonPid = values.get('pid');
  return {
    kind: 'known',
    lost,
    ...(backlog !== undefined && { backlog }),
    ...(backlogLimit !== undefined && { backlogLimit }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(daemonPid !== undefined && { daemonPid }),
  };
}
