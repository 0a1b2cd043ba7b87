import { type ByteText, compareBytes } from '../../../core/byte-text.ts';
import { plural } from '../../../core/describe.ts';
import { isUnconfined } from '../programs/running.ts';
import type { ConfinementState, ProcessSeen } from '../state.ts';

/** A program of which a process listens on the network. */
export interface Listener {
  readonly program: ByteText;
  /** `tcp 0.0.0.0:22`, sorted. */
  readonly addresses: readonly string[];
  readonly isLoopback: boolean;
  /** Whether every process of it that listens has a label. */
  readonly isConfined: boolean;
  readonly unit?: string;
}

export type Listeners =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'listeners'; readonly listeners: readonly Listener[]; readonly problems: readonly string[] };

/** What listens, by program; sorted. */
export function listenersOf({ sockets, processes }: Pick<ConfinementState, 'sockets' | 'processes'>): Listeners {
  if (sockets === undefined) return { kind: 'unknown', reason: 'what listens was not asked' };
  if (sockets.kind === 'not-looked') return { kind: 'unknown', reason: sockets.reason };
  if (processes.kind === 'not-looked') return { kind: 'unknown', reason: processes.reason };
  const byPid = new Map(processes.processes.map((one) => [one.pid, one]));
  const programs = new Map<
    ByteText,
    { readonly addresses: Set<string>; readonly processes: ProcessSeen[]; isLoopback: boolean }
  >();
  const nameless = new Set<string>();
  for (const { protocol, address, isLoopback, pids } of sockets.sockets) {
    const holders = pids.flatMap((pid) => byPid.get(pid) ?? []);
    if (holders.every(({ program, label }) => program === undefined || label === undefined))
      nameless.add(`${protocol} ${address}`);
    for (const holder of holders) {
      if (holder.program === undefined || holder.label === undefined) continue;
      const entry = programs.get(holder.program) ?? { addresses: new Set<string>(), processes: [], isLoopback: true };
      entry.addresses.add(`${protocol} ${address}`);
      entry.processes.push(holder);
      entry.isLoopback &&= isLoopback;
      programs.set(holder.program, entry);
    }
  }
  const listeners = [...programs]
    .map(([program, entry]): Listener => {
      const free = entry.processes.find(({ label, mode }) => label !== undefined && isUnconfined(label, mode));
      const unit = (free ?? entry.processes[0])?.unit;
      return {
        program,
        addresses: [...entry.addresses].sort(),
        isLoopback: entry.isLoopback,
        isConfined: free === undefined,
        ...(unit !== undefined && { unit }),
      };
    })
    .sort((a, b) => compareBytes(a.program, b.program));
  // The kernel's own sockets (NFS, WireGuard) have no process either; which is which can't be told.
  const problems =
    nameless.size === 0
      ? []
      : [
          `who holds ${plural(nameless.size, 'socket')} can’t be seen (not root, or the kernel itself): ${[...nameless].sort().join(', ')}`,
        ];
  return { kind: 'listeners', listeners, problems };
}
