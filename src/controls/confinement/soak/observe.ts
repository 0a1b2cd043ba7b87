import type { Host } from '../../../host/host.ts';
import type { Known } from '../state.ts';
import { latin1 } from '../text.ts';

const TIMEOUT_MS = 30_000;

/** How many records of the audit the kernel has lost since the boot (auditctl(8), `-s`). */
export async function observeLost(host: Host): Promise<Known<number>> {
  if (!host.facts.isRunning) return { kind: 'unknown', reason: 'an image has no records' };
  const result = await host.run(['auditctl', '-s'], { timeoutMs: TIMEOUT_MS });
  if (result.kind !== 'exited')
    return {
      kind: 'unknown',
      reason: `whether records of the audit were lost can’t be asked (auditctl of auditd): ${result.message}`,
    };
  const [, count] = /^lost ([0-9]{1,10})$/m.exec(latin1(result.stdout)) ?? [];
  if (count !== undefined) return { kind: 'known', value: Number(count) };
  return { kind: 'unknown', reason: 'auditctl doesn’t say whether records of the audit were lost' };
}
