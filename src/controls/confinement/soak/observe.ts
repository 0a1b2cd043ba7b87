import { gunzipSync } from 'node:zlib';
import { decodePolicy } from '../../../apparmor/compiled/decode.ts';
import { parsePolicy } from '../../../apparmor/language/parse-policy.ts';
import { AccessLogReader } from '../../../apparmor/log/access-log-reader.ts';
import type { AccessEvent } from '../../../apparmor/log/event.ts';
import { lostAtLeast } from '../../../apparmor/log/records.ts';
import { rotatedLogs } from '../../../apparmor/log/rotated-logs.ts';
import type { ByteText } from '../../../core/byte-text.ts';
import type { Host, RunResult } from '../../../host/host.ts';
import type { Known, SoakEvidence } from '../state.ts';
import type { Compile } from '../compiled/observe.ts';
import { loadPolicyTree } from '../policy-sources/observe.ts';
import { latin1 } from '../text.ts';
import { countDenials, eventsOf, pidsIn, type Rules } from './evidence.ts';
import { execsIn } from './execs.ts';
import { auditReach, journalReach, LIST_BOOTS } from './reach.ts';

const FOLDER = '/var/log/audit';
/** auditd.conf(5): `max_log_file` is 8 MB, and five of them are kept; more than this isn't held at once. */
const LIMIT_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const MS_PER_SECOND = 1000;
/** What a program of some minutes' watch may write. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** What the machine's logs have of AppArmor since a moment. */
export interface Accesses {
  readonly events: readonly AccessEvent[];
  /** The audit's own files, oldest first, for what else is in them. */
  readonly texts: readonly ByteText[];
  /** Why it can't be said that nothing is missing; one sentence each. */
  readonly problems: readonly string[];
  /** Records that the logs themselves say are missing, at least. */
  readonly lost: number;
}

interface KeptAccesses extends Accesses {
  readonly reach: Known<number>;
}

/** One program that is watched. */
export interface Watched {
  readonly profile: ByteText;
  /** Where its links lead. */
  readonly program: ByteText;
  readonly sinceMs: number;
  /** The file that has the profile. */
  readonly path: string | undefined;
}

/** The newest language has all of the older ones; a rule that is misread only makes the soak stricter. */
const PARSE = { dialect: '5.0' } as const;

/** What was seen of programs while their profiles complained: by what they left in the logs, and by rules that write down each start. */
export async function observeSoak(
  host: Host,
  watched: readonly Watched[],
  compile: Compile,
): Promise<readonly Omit<SoakEvidence, 'since'>[]> {
  if (watched.length === 0) return [];
  const paths = [...new Set(watched.flatMap(({ path }) => path ?? []))].sort();
  const [accesses, counter, rules] = await Promise.all([
    observeAccesses(host, Math.min(...watched.map(({ sinceMs }) => sinceMs))),
    observeLost(host),
    observeRules(host, paths, compile),
  ]);
  const [problem] = accesses.problems;
  return watched.map((one) => {
    if (problem !== undefined) {
      const unread = unknown(problem);
      return { runs: unread, denials: unread, lost: unread, reach: unread };
    }
    const events = eventsOf(accesses.events, one);
    const starts = accesses.texts.flatMap((text) => [...execsIn(text, one)]);
    const lost =
      counter.kind === 'unknown' && accesses.lost === 0
        ? counter
        : known(accesses.lost + (counter.kind === 'known' ? counter.value : 0));
    return {
      runs: known(new Set([...pidsIn(events), ...starts]).size),
      denials: denialsUnder(one.path === undefined ? undefined : rules.get(one.path), events),
      lost,
      reach: accesses.reach,
    };
  });
}

function denialsUnder(rules: Known<Rules> | undefined, events: readonly AccessEvent[]): Known<number> {
  if (rules === undefined) return unknown('no file has its profile');
  return rules.kind === 'unknown' ? rules : known(countDenials(events, rules.value));
}

/** What would be enforced of each file. */
async function observeRules(
  host: Host,
  paths: readonly string[],
  compile: Compile,
): Promise<ReadonlyMap<string, Known<Rules>>> {
  const [{ tree }, ...compiled] = await Promise.all([loadPolicyTree(host, paths, PARSE), ...paths.map(compile)]);
  return new Map(
    compiled.map((one, index): readonly [string, Known<Rules>] => {
      const path = paths[index] ?? '';
      if (one.kind === 'failed') return [path, unknown(one.reason)];
      const policy = decodePolicy(one.bytes);
      if (policy.kind === 'malformed')
        return [path, unknown(`what apparmor_parser made of ${path} can’t be read: ${policy.reason}`)];
      return [path, known({ compiled: policy.profiles, written: parsePolicy(path, tree, PARSE).profiles })];
    }),
  );
}

/** All that auditd, the journal and (through it) the kernel's ring keep. */
async function observeAccesses(host: Host, sinceMs: number): Promise<KeptAccesses> {
  const [listing, journal] = await Promise.all([host.list(FOLDER), journalOf(host, sinceMs)]);
  const names =
    listing.kind === 'entries'
      ? rotatedLogs(
          listing.entries.map(({ name }) => name),
          'audit.log',
        )
      : [];
  const files = await Promise.all(names.map((name) => auditFile(host, `${FOLDER}/${name}`)));
  const problems = [
    ...(listing.kind === 'unreadable' ? [listing.message] : []),
    ...files.flatMap((file) => (file.kind === 'failed' ? [file.reason] : [])),
    // Where auditd writes, what it has is enough.
    ...(names.length === 0 && journal.kind === 'failed' ? [journal.reason] : []),
  ];
  const pieces = files.flatMap((file) => (file.kind === 'read' ? [file.piece] : []));
  const texts = pieces.map(({ bytes }) => latin1(bytes));
  return {
    ...readAll(journal.kind === 'read' ? [...pieces, journal.piece] : pieces),
    texts,
    problems,
    reach: names.length === 0 ? journalReach(await bootsOf(host)) : auditReach(texts),
  };
}

const GZIP = [0x1f, 0x8b] as const;

/** One of auditd's files; logrotate packs those that are rotated away. */
async function auditFile(host: Host, path: string): Promise<Part> {
  const read = await host.read(path, { limitBytes: LIMIT_BYTES });
  if (read.kind === 'missing') return { kind: 'failed', reason: `${path} was moved away while it was read` };
  if (read.kind === 'unreadable') return { kind: 'failed', reason: read.message };
  if (GZIP.some((byte, at) => read.bytes[at] !== byte))
    return { kind: 'read', piece: { source: path, bytes: read.bytes } };
  try {
    const bytes = gunzipSync(read.bytes, { maxOutputLength: LIMIT_BYTES });
    return { kind: 'read', piece: { source: path, bytes } };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason: `${path} can’t be unpacked: ${said}` };
  }
}

async function bootsOf(host: Host): Promise<ByteText> {
  const result = await host.run(LIST_BOOTS, { timeoutMs: TIMEOUT_MS });
  return 'stdout' in result ? latin1(result.stdout) : '';
}

/** The end of the logs, for somebody who waits for what comes next. */
export async function observeNewAccesses(host: Host, sinceMs: number): Promise<Accesses> {
  const path = `${FOLDER}/audit.log`;
  const tailOf = (file: string): Promise<RunResult> =>
    host.run(['tail', '-c', String(TAIL_BYTES), file], { timeoutMs: TIMEOUT_MS });
  // What came since the last look may have been rotated away.
  const [rotated, tail, journal] = await Promise.all([tailOf(`${path}.1`), tailOf(path), journalOf(host, sinceMs)]);
  const hasFile = tail.kind === 'exited' && tail.code === 0;
  const pieces = [
    ...(rotated.kind === 'exited' ? [{ source: `${path}.1`, bytes: rotated.stdout }] : []),
    ...(hasFile ? [{ source: path, bytes: tail.stdout }] : []),
    ...(journal.kind === 'read' ? [journal.piece] : []),
  ];
  const problems = !hasFile && journal.kind === 'failed' ? [journal.reason] : [];
  return { ...readAll(pieces), texts: [], problems };
}

interface Piece {
  readonly source: string;
  readonly bytes: Uint8Array;
}

type Part = { readonly kind: 'read'; readonly piece: Piece } | { readonly kind: 'failed'; readonly reason: string };

function readAll(pieces: readonly Piece[]): Pick<Accesses, 'events' | 'lost'> {
  const events: AccessEvent[] = [];
  const reader = new AccessLogReader({ event: (event) => events.push(event) });
  for (const { source, bytes } of pieces) {
    reader.start(source);
    reader.push(bytes);
  }
  return { events, lost: lostAtLeast(reader.finish().lost) };
}

/** Only what the kernel itself wrote: a program's own lines could say anything (systemd.journal-fields(7), _TRANSPORT). */
async function journalOf(host: Host, sinceMs: number): Promise<Part> {
  const since = `@${String(Math.floor(sinceMs / MS_PER_SECOND))}`;
  const result = await host.run(
    [
      'journalctl',
      '--quiet',
      '--all',
      '--no-pager',
      '--output=json',
      '--since',
      since,
      '_TRANSPORT=kernel',
      '+',
      '_TRANSPORT=audit',
    ],
    { timeoutMs: TIMEOUT_MS, limitBytes: LIMIT_BYTES },
  );
  if (result.kind !== 'exited') return { kind: 'failed', reason: `the journal could not be read: ${result.message}` };
  if (result.code !== 0)
    return { kind: 'failed', reason: `journalctl failed: ${latin1(result.stderr).split('\n')[0] ?? ''}` };
  return { kind: 'read', piece: { source: 'journal', bytes: result.stdout } };
}

/** How many records of the audit the kernel has lost since the boot (auditctl(8), `-s`). */
async function observeLost(host: Host): Promise<Known<number>> {
  const result = await host.run(['auditctl', '-s'], { timeoutMs: TIMEOUT_MS });
  if (result.kind !== 'exited')
    return unknown(`whether records of the audit were lost can’t be asked (auditctl of auditd): ${result.message}`);
  const [, count] = /^lost ([0-9]{1,10})$/m.exec(latin1(result.stdout)) ?? [];
  return count === undefined
    ? unknown('auditctl doesn’t say whether records of the audit were lost')
    : known(Number(count));
}

function known<Value>(value: Value): Known<Value> {
  return { kind: 'known', value };
}

function unknown(reason: string): Known<never> {
  return { kind: 'unknown', reason };
}
