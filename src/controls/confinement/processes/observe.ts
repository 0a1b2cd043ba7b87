import { type ByteText, toByteText, toText } from '../../../core/byte-text.ts';
import type { Host, StatResult } from '../../../host/host.ts';
import type { ProcessesView, ProcessSeen } from '../state.ts';
import { latin1 } from '../text.ts';
import { homeOf, parseIdentities } from './home.ts';
import { parseProcessFiles } from './parse.ts';

const TIMEOUT_MS = 30_000;
const LIMIT_BYTES = 32 * 1024 * 1024;
/** Paths of one call: arguments of a program have 2 MiB on Linux (execve(2)), a path here some 30 bytes. */
const PROCESSES_A_CALL = 4000;
/** USER_HZ, which is 100 on every architecture that Debian has (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;
const MS_PER_SECOND = 1000;
const DELETED = ' (deleted)';
const FILES = ['attr/apparmor/current', 'attr/current', 'cgroup', 'stat'] as const;

/** Every process with its program, label, unit and start: two round trips. */
export async function observeProcesses(host: Host): Promise<ProcessesView> {
  if (!host.facts.isRunning) return { kind: 'not-looked', reason: 'nothing runs in an image' };
  const [listing, bootStat] = await Promise.all([host.list('/proc'), host.read('/proc/stat')]);
  if (listing.kind !== 'entries') {
    const reason = listing.kind === 'missing' ? '/proc isn’t there' : listing.message;
    return { kind: 'not-looked', reason };
  }
  const pids = listing.entries.map(({ name }) => name).filter((name) => /^[0-9]{1,10}$/.test(name));
  const calls = Array.from({ length: Math.ceil(pids.length / PROCESSES_A_CALL) }, (_, call) =>
    pids.slice(call * PROCESSES_A_CALL, (call + 1) * PROCESSES_A_CALL),
  );
  const [programs, texts] = await Promise.all([
    Promise.all(pids.map(async (pid) => [pid, await host.stat(`/proc/${pid}/exe`)] as const)),
    Promise.all(calls.map((some) => contentsOf(host, some))),
  ]);
  const problem = texts.find(({ kind }) => kind === 'failed');
  if (problem?.kind === 'failed') return { kind: 'not-looked', reason: problem.reason };
  const files = parseProcessFiles(texts.map((one) => (one.kind === 'text' ? one.text : '')).join('\n'));
  const boot = bootStat.kind === 'content' ? bootTimeMs(latin1(bootStat.bytes)) : undefined;
  const processes = programs.flatMap(([pid, exe]): readonly ProcessSeen[] => {
    const { startTicks, ...seen } = files.get(Number(pid)) ?? {};
    // It has ended meanwhile; and threads of the kernel have no program.
    if (exe.kind === 'missing') return [];
    const startedAtMs =
      boot === undefined || startTicks === undefined
        ? undefined
        : boot + (startTicks / TICKS_PER_SECOND) * MS_PER_SECOND;
    return [{ pid: Number(pid), ...programOf(exe), ...seen, ...(startedAtMs !== undefined && { startedAtMs }) }];
  });
  return {
    kind: 'processes',
    processes: processes.sort((a, b) => a.pid - b.pid),
    unseen: processes.filter(({ program }) => program === undefined).length,
    ...(boot !== undefined && { bootedAtMs: boot }),
  };
}

/** Of the processes that run one of these programs, whose it is: one round trip, and none where nothing runs them. */
export async function withHomes(
  host: Host,
  view: ProcessesView,
  programs: ReadonlySet<ByteText>,
): Promise<ProcessesView> {
  if (view.kind === 'not-looked') return view;
  const asked = view.processes.filter(({ program }) => program !== undefined && programs.has(program));
  const files = [...new Set(asked.flatMap(({ program = '' }) => toText(program) ?? []))].sort();
  const homes = new Map<number, ProcessSeen['home']>();
  for (let from = 0; from < asked.length; from += PROCESSES_A_CALL) {
    const some = asked.slice(from, from + PROCESSES_A_CALL);
    const own = some.flatMap(({ pid }) => [`/proc/${String(pid)}/root`, `/proc/${String(pid)}/exe`]);
    const result = await host.run(['env', 'LC_ALL=C', 'stat', '-L', '-c', '%d:%i %n', '--', '/', ...files, ...own], {
      timeoutMs: TIMEOUT_MS,
      limitBytes: LIMIT_BYTES,
    });
    // It says of each path that it can't follow, and goes on.
    const identities = parseIdentities(result.kind === 'exited' ? latin1(result.stdout) : '');
    for (const one of some) homes.set(one.pid, homeOf(one, identities));
  }
  const processes = view.processes.map((one): ProcessSeen => {
    const home = homes.get(one.pid);
    return home === undefined ? one : { ...one, home };
  });
  return { ...view, processes };
}

function programOf(exe: StatResult): Pick<ProcessSeen, 'program' | 'isDeleted'> {
  const target = exe.kind === 'stat' ? exe.target : undefined;
  if (target === undefined) return { isDeleted: false };
  const isDeleted = target.endsWith(DELETED);
  return { program: toByteText(isDeleted ? target.slice(0, -DELETED.length) : target), isDeleted };
}

type Contents = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'failed'; readonly reason: string };

/** One program for all files of many processes; some of them end meanwhile, and some labels can't be read. */
async function contentsOf(host: Host, pids: readonly string[]): Promise<Contents> {
  const paths = pids.flatMap((pid) => FILES.map((file) => `/proc/${pid}/${file}`));
  const result = await host.run(['env', 'LC_ALL=C', 'grep', '-sH', '', ...paths], {
    timeoutMs: TIMEOUT_MS,
    limitBytes: LIMIT_BYTES,
  });
  if (result.kind === 'exited') return { kind: 'text', text: latin1(result.stdout) };
  return { kind: 'failed', reason: `the labels of processes could not be read: ${result.message}` };
}

/** proc_stat(5), btime: seconds since 1970. */
function bootTimeMs(text: string): number | undefined {
  const [, seconds] = /^btime ([0-9]{1,12})$/m.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * MS_PER_SECOND;
}
