import type { Explanation } from '../../../core/control.ts';

/** What `freehold explain` teaches about baselines. */
export const BASELINE_TOPICS: readonly Explanation[] = [
  {
    topic: 'integrity/baseline',
    title: 'A signed baseline of files',
    what: 'A list of everything below some trees – type, mode, owner, group, size, digest of the content, where links point, extended attributes, capabilities – that was written and signed while the machine was as it should be. Every audit holds the machine against it. A file of which the kernel says that nobody wrote to it since (size, times, inode and device are the same) is not read again, unless the blueprint says `paranoid`.',
    why: 'Whoever breaks in changes files to come back, and hides in them. The list lies on the machine, where an intruder who is root can change it; the key that signs it doesn’t, and its public half is pinned in the blueprint.',
    mayBreak: 'Every update of packages changes files: take a new baseline after it (freehold baseline update).',
    checkByHand: ['freehold baseline show', 'freehold baseline check --paranoid', 'aide --check'],
    references: [
      { source: 'NIST SP 800-53', item: 'SI-7', version: 'Rev. 5' },
      { source: 'aide.conf(5)', item: 'Rules' },
    ],
  },
];
