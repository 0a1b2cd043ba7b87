import type { Neighbours } from './confinement/observe.ts';
import { nextCommandLine, parametersNow } from './kernel/boot/next-command-line.ts';

/** What the domains kernel and integrity see and the domain confinement judges by as well. */
export const neighbours: Neighbours = {
  commandLines: async (host) => {
    const { observeBoot } = await import('./kernel/boot/observe.ts');
    const boot = await observeBoot(host);
    const now = parametersNow(boot);
    const next = nextCommandLine(boot);
    return {
      ...(now !== undefined && { now }),
      next: next.kind === 'known' ? { kind: 'known', words: next.parameters, path: next.path, line: next.line } : next,
    };
  },
  privileged: async (host, question) =>
    (await import('./integrity/privileged/observe.ts')).observePrivileged(host, question),
};
