import type { ListeningSocket } from '../state.ts';

const ADDRESS_COLUMN = 4;
const LOOPBACK = /^(?:127\.|\[::1\]|\[::ffff:127\.)/;

/** Lines of `ss -Hltunp` (ss(8)): protocol, state, two queues, local address, peer, and who holds the socket. */
export function parseListening(text: string): readonly ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [protocol = ''] = columns;
    const address = columns[ADDRESS_COLUMN];
    if (address === undefined || !/^[a-z]/.test(protocol)) return [];
    // A program names itself: what stands in quotes is its word, not that of ss.
    const pids = [...line.matchAll(/",pid=([0-9]{1,10}),fd=/g)].map(([, pid]) => Number(pid));
    return [{ protocol, address, isLoopback: LOOPBACK.test(address), pids: [...new Set(pids)].sort((a, b) => a - b) }];
  });
}
