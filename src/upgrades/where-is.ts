import type { Host } from '../host/host.ts';
import { saidBy } from './scratch.ts';

const WHERE_LIMIT_MS = 10_000;

/** Where a program lies that a machine finds by its name; `undefined` where it finds none. */
export async function whereIs(host: Host, name: string): Promise<string | undefined> {
  const said = saidBy(await host.run(['/bin/sh', '-c', 'command -v "$1"', 'sh', name], { timeoutMs: WHERE_LIMIT_MS }));
  const path = said.kind === 'done' ? said.stdout.trim() : '';
  return path.startsWith('/') ? path : undefined;
}
