import { auditdLine, auditId, journalAuditLine, ringText } from './kernel-record.ts';

export type SyntheticForm = 'auditd' | 'auditd-with-syscalls' | 'journal' | 'syslog';

export interface SyntheticLog {
  readonly lines: number;
  /** Different names among them; the rest repeats. */
  readonly names: number;
  readonly form: SyntheticForm;
}

const PROFILES = ['soffice', 'soffice//gpg', 'soffice//null-/usr/bin/dash', 'evince'] as const;
const FOLDERS = [
  '/home/anna/Dokumente',
  '/usr/lib/libreoffice/share',
  '/tmp',
  '/proc/4711',
  '/usr/share/fonts',
] as const;
const START_MS = 1_764_115_200_000;
/** So many of a thousand names have a letter that the kernel writes as hexadecimal digits. */
const ENCODED_EVERY = 9;

/** A log of an office program, the same for the same wish: names of several folders, some with spaces and umlauts. */
export function* syntheticLog({ lines, names, form }: SyntheticLog): Generator<string> {
  for (let count = 0; count < lines; count += 1) {
    // A step that is coprime to most numbers brings all names in no order.
    const number = (count * 7919) % names;
    const folder = FOLDERS[number % FOLDERS.length] ?? '';
    const access = {
      verdict: count % 10 === 0 ? 'DENIED' : 'ALLOWED',
      profile: PROFILES[count % PROFILES.length] ?? '',
      name: number % ENCODED_EVERY === 0 ? `${folder}/Ordner ${number}/B\u00fccher` : `${folder}/file-${number}.tmp`,
      mask: count % 3 === 0 ? 'w' : 'r',
      ouid: number % 2 === 0 ? 1000 : 0,
      timeMs: START_MS + count,
      serial: count + 1,
    } as const;
    yield* written(form, access);
  }
}

function* written(form: SyntheticForm, access: Parameters<typeof auditdLine>[0]): Generator<string> {
  if (form === 'journal') yield journalAuditLine(access);
  else if (form === 'syslog') yield `2025-11-26T01:02:03.123456+01:00 files kernel: [   12.345678] ${ringText(access)}`;
  else yield auditdLine(access);
  if (form !== 'auditd-with-syscalls') return;
  const id = auditId(access);
  yield `type=SYSCALL msg=audit(${id}): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=0 a3=0 items=1 ppid=1 pid=4711 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=2 comm="soffice.bin" exe="/usr/lib/libreoffice/program/soffice.bin" subj=soffice key=(null)`;
  yield `type=PROCTITLE msg=audit(${id}): proctitle=736F66666963652E62696E002D2D636F6E76657274`;
}
