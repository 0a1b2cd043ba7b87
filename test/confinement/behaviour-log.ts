import { createHash } from 'node:crypto';
import type { FileAccess } from './kernel-record.ts';

/** What an office program does in several runs: the same files of the system each time, and documents, temporary files and caches of its own. */
export interface Behaviour {
  readonly runs: number;
  /** Different names in all runs together. */
  readonly names: number;
  readonly lines: number;
  readonly profile?: string;
}

const START_MS = 1_764_115_200_000;
const RUN_MS = 600_000;
const PER_RUN_SHARE = 0.84;
const SHELLS_EVERY = 50;

/** One line after another, by the time; the same for the same wish. */
export function* behaviour({ runs, names, lines, profile = 'office' }: Behaviour): Generator<FileAccess> {
  const perRun = Math.floor((names * PER_RUN_SHARE) / runs);
  const stable = stableAccesses(names - perRun * runs);
  const linesPerRun = Math.floor(lines / runs);
  for (let run = 0; run < runs; run += 1) {
    const all = [...stable, ...volatileAccesses(run, perRun)];
    for (let line = 0; line < linesPerRun + (run === runs - 1 ? lines - linesPerRun * runs : 0); line += 1) {
      // A step coprime to the count brings each name, in no order.
      const access = all[(line * 7919) % all.length];
      if (access === undefined) continue;
      const timeMs = START_MS + run * RUN_MS + Math.floor(line / 2);
      yield { profile, pid: pidOf(run), ...access, timeMs, serial: run * lines + line + 1 };
    }
  }
}

type Access = Omit<FileAccess, 'profile'>;

const OWNER = { fsuid: 1000, ouid: 1000 } as const;
const SYSTEM = { fsuid: 1000, ouid: 0 } as const;

function pidOf(run: number): number {
  return 4711 + run * 1013;
}

function digest(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Six letters and digits as mkstemp(3) makes them. */
function suffix(text: string): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const bytes = createHash('sha256').update(text).digest();
  return [...bytes.subarray(0, 6)].map((byte) => letters[byte % letters.length]).join('');
}

const WORDS = [
  'Angebot',
  'Rechnung',
  'Protokoll',
  'Lohnliste',
  'Brief an Frau Wolf',
  'Plan',
  'Notiz',
  'Vertrag',
  'Budget',
  'Skizze',
] as const;
const PEOPLE = ['Arndt', 'Berg', 'Conrad', 'Dorn', 'Ernst', 'Falk', 'Grimm', 'Heyer', 'Ihle', 'Jung'] as const;
const ENDINGS = ['odt', 'ods', 'docx', 'odp'] as const;

function stableAccesses(count: number): readonly Access[] {
  const fixed: Access[] = [
    ...[
      '/etc/ld.so.cache',
      '/etc/nsswitch.conf',
      '/etc/passwd',
      '/etc/localtime',
      '/etc/machine-id',
      '/etc/libreoffice/sofficerc',
    ].map((name) => ({ name, ...SYSTEM })),
    ...['/dev/null', '/dev/urandom'].map((name) => ({ name, mask: 'rw', ...SYSTEM })),
    ...[
      '/proc/meminfo',
      '/proc/cpuinfo',
      '/sys/devices/system/cpu/online',
      '/sys/devices/pci0000:00/0000:00:02.0/vendor',
    ].map((name) => ({ name, ...SYSTEM })),
    { name: '/home/anna/.config/libreoffice/4/user/registrymodifications.xcu', mask: 'rwc', ...OWNER },
    { name: '/run/user/1000/dconf/user', mask: 'rw', ...OWNER },
    { name: '/home/anna/.ssh/config', ...OWNER },
    {
      name: '/usr/lib/libreoffice/program/oosplash',
      operation: 'exec',
      mask: 'x',
      target: 'office//null-/usr/lib/libreoffice/program/oosplash',
      ...SYSTEM,
    },
    { name: '/usr/bin/dash', operation: 'exec', mask: 'x', target: 'office//null-/usr/bin/dash', ...SYSTEM },
  ];
  const made: Access[] = [];
  for (let number = 0; made.length < count - fixed.length; number += 1) {
    const kind = number % 8;
    const of = Math.floor(number / 8);
    if (kind === 0)
      made.push({
        name: `/usr/lib/x86_64-linux-gnu/libpart${'abcdefghij'[of % 10]}${word(of)}.so.${of % 7}.${of % 5}.0`,
        mask: 'rm',
        operation: 'file_mmap',
        ...SYSTEM,
      });
    else if (kind === 1)
      made.push({
        name: `/usr/lib/libreoffice/program/lib${word(of)}lo.so`,
        mask: 'rm',
        operation: 'file_mmap',
        ...SYSTEM,
      });
    else if (kind === 2)
      made.push({ name: `/usr/share/fonts/truetype/${word(of % 20)}/${word(of)}-Bold.ttf`, ...SYSTEM });
    else if (kind === 3) made.push({ name: `/etc/fonts/conf.d/${of % 90}-${word(of)}.conf`, ...SYSTEM });
    else if (kind === 4) made.push({ name: `/var/cache/fontconfig/${digest(String(of))}-le64.cache-8`, ...SYSTEM });
    else if (kind === 5) made.push({ name: `/usr/lib/libreoffice/share/registry/${word(of)}.xcd`, ...SYSTEM });
    else made.push({ name: `/usr/share/icons/hicolor/${of % 6}x/${word(of % 7)}/${word(of)}.png`, ...SYSTEM });
  }
  return [...fixed, ...made];
}

/** A word for a number, another one for each. */
function word(number: number): string {
  let text = '';
  for (let rest = number + 100; rest > 0; rest = Math.floor(rest / 20)) text += 'bcdfghklmnprstvwzaei'[rest % 20];
  return text;
}

function volatileAccesses(run: number, count: number): readonly Access[] {
  const made: Access[] = [];
  const pid = pidOf(run);
  for (let number = 0; made.length < count; number += 1) {
    const id = `${run}-${number}`;
    const kind = number % 12;
    if (kind < 6) {
      const name = `${WORDS[number % WORDS.length]} ${PEOPLE[(number + run) % PEOPLE.length]} ${word(run * 100_000 + number)}.${ENDINGS[number % ENDINGS.length]}`;
      made.push({
        name: `/home/anna/Dokumente/${word(run * 40 + (number % 40))}/${name}`,
        mask: number % 3 === 0 ? 'rwc' : 'r',
        ...OWNER,
      });
    } else if (kind === 6)
      made.push({ name: `/home/anna/Dokumente/.~lock.${word(run * 100_000 + number)}.odt#`, mask: 'wcd', ...OWNER });
    else if (kind === 7)
      made.push({ name: `/tmp/lu${pid}${suffix(`${run}`)}.tmp/lu${pid}${suffix(id)}.tmp`, mask: 'rwcd', ...OWNER });
    else if (kind === 8)
      made.push({ name: `/home/anna/.cache/thumbnails/normal/${digest(id)}.png`, mask: 'rwc', ...OWNER });
    else if (kind === 9) made.push({ name: `/proc/${pid}/task/${pid + number}/comm`, mask: 'rw', ...OWNER });
    else if (kind === 10) made.push({ name: `/tmp/.${suffix(id)}`, mask: 'rwc', ...OWNER });
    else if (number % SHELLS_EVERY === 11)
      made.push({
        name: `/home/anna/.config/libreoffice/4/user/backup/${word(run * 1000 + number)}.bak`,
        mask: 'wc',
        ...OWNER,
      });
    else made.push({ name: `/var/tmp/cups-${pid}-${number}.spool`, mask: 'wc', ...OWNER });
  }
  return made;
}
