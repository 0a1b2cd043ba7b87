import type { Host } from '../host/host.ts';

const TIMEOUT_MS = 30_000;
const MS_PER_SECOND = 1000;

/** Records have the time of the machine, which need not be ours: milliseconds since 1970, to the second before. */
export async function machineTime(host: Host): Promise<number> {
  const result = await host.run(['date', '+%s'], { timeoutMs: TIMEOUT_MS });
  const seconds = result.kind === 'exited' ? Number(new TextDecoder().decode(result.stdout)) : Number.NaN;
  return Number.isFinite(seconds) && seconds > 0 ? seconds * MS_PER_SECOND : Date.now();
}
