import type { Explanation } from '../../../core/control.ts';

/** What `freehold explain` teaches about files with rights of their own. */
export const PRIVILEGED_TOPICS: readonly Explanation[] = [
  {
    topic: 'integrity/privileged',
    title: 'Files that run with more rights than those of who starts them',
    what: 'Programs with the setuid or setgid bit, and programs with file capabilities, on every file system of the machine itself. Each must be in integrity.privileged.allowed, with the owner, the group or the capabilities that it has. On a file system that is mounted nosuid they have no effect.',
    why: 'A fault in such a program makes everybody on the machine the owner of the file; and a copy of a shell with the setuid bit is the oldest back door.',
    mayBreak: 'Without its rights, passwd can’t change a password, ping of older systems sends nothing, and so on.',
    checkByHand: [
      'find / -xdev -type f -perm /6000 -ls',
      'getcap -r / 2>/dev/null',
      'findmnt --output TARGET,FSTYPE,OPTIONS',
    ],
    references: [
      { source: 'NIST SP 800-53', item: 'AC-6', version: 'Rev. 5' },
      { source: 'capabilities(7)', item: 'File capabilities' },
      { source: 'inode(7)', item: 'The file type and mode' },
    ],
  },
];
