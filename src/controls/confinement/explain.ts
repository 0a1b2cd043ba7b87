import { explainLint, lintTopics } from '../../apparmor/lint/topics.ts';
import type { Explanation } from '../../core/control.ts';

const APPARMOR_REFERENCES: Explanation['references'] = [
  { source: 'apparmor(7)', item: 'DESCRIPTION' },
  { source: 'CIS Debian Linux 12 Benchmark', item: '1.3.1', version: 'v1.1.0' },
  { source: 'ANSSI-BP-028', item: 'R45', version: '2.0' },
];

const TOPICS: readonly Explanation[] = [
  {
    topic: 'confinement/apparmor',
    title: 'AppArmor, now and at the next boot',
    what: 'Whether the kernel enforces profiles (/sys/module/apparmor/parameters/enabled), whether the next boot does (apparmor=, lsm= and security= on its command line, CONFIG_LSM of its build), and whether that boot loads them (apparmor.service).',
    why: 'Without it no profile holds anything, however many files lie in /etc/apparmor.d.',
    checkByHand: [
      'aa-status',
      'cat /sys/module/apparmor/parameters/enabled /sys/kernel/security/lsm',
      'systemctl is-enabled apparmor.service',
      'grep -o "lsm=[^ ]*\\|apparmor=[^ ]*\\|security=[^ ]*" /proc/cmdline',
    ],
    references: APPARMOR_REFERENCES,
  },
  {
    topic: 'confinement/program',
    title: 'A program’s profile and its mode',
    what: 'The profile whose attachment fits the program best (or the one that the blueprint names), the mode that the kernel holds it in, and the mode that the next boot gives it: by the flags in its file, a link of the file’s name in /etc/apparmor.d/disable, or one in force-complain.',
    why: 'A profile in complain mode writes down what it would deny, and denies nothing but what it names with `deny`.',
    mayBreak:
      'What the profile doesn’t know of stops working. Let it complain for a while (`soak`), and go back with `freehold rollback`.',
    checkByHand: [
      'aa-status',
      'grep -r flags= /etc/apparmor.d',
      'ls -l /etc/apparmor.d/disable /etc/apparmor.d/force-complain',
    ],
    references: [...APPARMOR_REFERENCES, { source: 'apparmor.d(5)', item: 'Profile flags' }],
  },
  {
    topic: 'confinement/children',
    title: 'Child profiles and hats of a program',
    what: 'A profile may hold others (`parent//child`) that the program’s own children, or parts of it (hats), go on in. Each has a mode of its own.',
    why: 'If a child only complains, all that the program must not do can be done there; and a child that is enforced below a parent that isn’t denies what nobody expects.',
    mayBreak: 'As for the program’s own profile.',
    checkByHand: ['aa-status', 'grep -n "flags=" /etc/apparmor.d/FILE'],
    references: [{ source: 'apparmor.d(5)', item: 'Child profiles; hats' }],
  },
  {
    topic: 'confinement/loaded',
    title: 'Whether the profile in force is the one of its file',
    what: 'The kernel shows a digest of each profile that it holds. Freehold has apparmor_parser compile the file there, without loading it, and compares the two.',
    why: 'What was edited and never loaded holds nobody. What was loaded and is in no file is gone after the next boot – or somebody put it there who didn’t want to be seen.',
    checkByHand: [
      'cat /sys/kernel/security/apparmor/policy/profiles/NAME.*/sha256   # sha1 on kernels before 6.8',
      'apparmor_parser --replace /etc/apparmor.d/FILE',
    ],
    references: [
      { source: 'apparmor_parser(8)', item: '--skip-kernel-load, --stdout' },
      { source: 'Linux', item: 'security/apparmor/crypto.c, aa_calc_profile_hash()' },
    ],
  },
  {
    topic: 'confinement/processes',
    title: 'Whether all processes of a program run in its profile',
    what: 'The label of each running process of the program, from /proc/PID/attr/apparmor/current.',
    why: 'The kernel puts a program into its profile when it is started. A process that was there before the profile was loaded stays as it is until it ends.',
    mayBreak: 'A restart interrupts what the program is doing.',
    checkByHand: ['ps -eo pid,label,args', 'aa-status', 'systemctl restart UNIT'],
    references: [{ source: 'apparmor(7)', item: 'Confinement' }],
  },
  {
    topic: 'confinement/listening',
    title: 'Programs that listen on the network without a profile',
    what: 'Sockets that listen (ss -ltun), the processes that hold them, and the labels of these.',
    why: 'Whoever can reach such a program can try its faults; without a profile, what comes of them has all its rights.',
    checkByHand: ['aa-unconfined', 'ss -ltunp'],
    references: [
      { source: 'aa-unconfined(8)', item: 'DESCRIPTION' },
      { source: 'NIST SP 800-53', item: 'AC-6', version: 'Rev. 5' },
    ],
  },
  {
    topic: 'confinement/privileged',
    title: 'Programs with rights of their own without a profile',
    what: 'Programs with the setuid or setgid bit, or with file capabilities, that no profile attaches to.',
    why: 'Everybody on the machine can start them, and their faults have their owner’s rights.',
    checkByHand: ['find / -xdev -type f -perm /6000 -ls', 'getcap -r / 2>/dev/null', 'aa-status'],
    references: [{ source: 'NIST SP 800-53', item: 'AC-6', version: 'Rev. 5' }],
  },
];

/** Teaches a kind of finding, by its own id or by that of any finding of the kind. */
export function explainConfinement(topic: string): Explanation | undefined {
  const found = TOPICS.find((one) => topic === one.topic || topic.startsWith(`${one.topic}/`));
  return found === undefined ? explainLint(topic) : { ...found, topic };
}

export function confinementTopics(): readonly string[] {
  return [...TOPICS.map(({ topic }) => topic), ...lintTopics()].sort();
}
