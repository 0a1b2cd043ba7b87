import type { Host } from '../../../host/host.ts';
import type { SocketsView } from '../state.ts';
import { latin1 } from '../text.ts';
import { parseListening } from './parse.ts';

const TIMEOUT_MS = 30_000;

/** What listens on the network, and which processes hold it; of others' processes only root is told. */
export async function observeSockets(host: Host): Promise<SocketsView> {
  if (!host.facts.isRunning) return { kind: 'not-looked', reason: 'nothing listens in an image' };
  const result = await host.run(['ss', '-Hltunp'], { timeoutMs: TIMEOUT_MS });
  if (result.kind !== 'exited')
    return { kind: 'not-looked', reason: `what listens could not be asked (ss of iproute2): ${result.message}` };
  if (result.code !== 0)
    return { kind: 'not-looked', reason: `ss failed: ${latin1(result.stderr).split('\n')[0] ?? ''}` };
  return { kind: 'sockets', sockets: parseListening(latin1(result.stdout)) };
}
