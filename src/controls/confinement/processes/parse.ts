import type { ByteText } from '../../../core/byte-text.ts';

/** What the files of one process say. */
export interface ProcessFiles {
  readonly label?: ByteText;
  readonly mode?: string;
  readonly unit?: string;
  /** In ticks since the boot (proc_pid_stat(5), field 22). */
  readonly startTicks?: number;
}

/** `PATH:LINE` of /proc/PID/attr/…, /proc/PID/cgroup and /proc/PID/stat, as grep prints them. */
export function parseProcessFiles(text: ByteText): ReadonlyMap<number, ProcessFiles> {
  const processes = new Map<number, ProcessFiles>();
  const isOwnFile = new Set<number>();
  for (const line of text.split('\n')) {
    const [, digits, file, content = ''] =
      /^\/proc\/([0-9]{1,10})\/(attr\/apparmor\/current|attr\/current|cgroup|stat):(.*)$/.exec(line) ?? [];
    if (digits === undefined) continue;
    const pid = Number(digits);
    const known = processes.get(pid) ?? {};
    if (file === 'attr/apparmor/current') isOwnFile.add(pid);
    // attr/current is whichever module's comes first; AppArmor's own file counts where there is one (Linux 5.8 and later).
    if (file === 'attr/current' && isOwnFile.has(pid)) continue;
    processes.set(pid, { ...known, ...valueOf(file, content) });
  }
  return processes;
}

function valueOf(file: string | undefined, content: ByteText): ProcessFiles {
  if (file === 'cgroup') return unitOf(content);
  if (file === 'stat') return startOf(content);
  return labelOf(content);
}

/** `smbd (enforce)`, `unconfined` (aa_getprocattr() of the kernel's procattr.c). */
function labelOf(content: ByteText): ProcessFiles {
  const plain = content.replace(/\0+$/, '');
  const [, label, mode] = /^(.*) \(([a-z]+)\)$/s.exec(plain) ?? [];
  if (label !== undefined && mode !== undefined) return { label, mode };
  return plain === '' ? {} : { label: plain };
}

/** The innermost service or scope of cgroup v2's one line, or of systemd's own of v1 (cgroups(7)). */
function unitOf(content: ByteText): ProcessFiles {
  const [, path] = /^(?:0::|[0-9]+:name=systemd:)(.*)$/.exec(content) ?? [];
  const unit = path?.split('/').findLast((name) => /^[\w@:.\\-]+\.(?:service|scope)$/.test(name));
  return unit === undefined ? {} : { unit };
}

const START_FIELD = 22;
/** The first field after the name, which is in brackets and may hold anything. */
const FIRST_FIELD_AFTER_NAME = 3;

function startOf(content: ByteText): ProcessFiles {
  const fields = content.slice(content.lastIndexOf(')') + 2).split(' ');
  const ticks = fields[START_FIELD - FIRST_FIELD_AFTER_NAME] ?? '';
  return /^[0-9]{1,18}$/.test(ticks) ? { startTicks: Number(ticks) } : {};
}
