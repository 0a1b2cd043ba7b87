import type { Host } from '../host/host.ts';
import type { TimeBounds } from './log-source.ts';

/** A program that prints a log. */
export interface LogProgram {
  readonly name: string;
  /** Without anything of the user's language, for what it says is looked at. */
  readonly argv: readonly [string, ...string[]];
  /** What it says on standard error where it shows a part only, or nothing. */
  readonly denied: RegExp;
  /** What it says where it ends as it should, though it says that it failed. */
  readonly ends?: RegExp;
  /** Any local user can have a line in it that looks like another's. */
  readonly isForgeable: boolean;
}

const IN_ENGLISH = ['env', 'LC_ALL=C'] as const;
/** env(1): the program is not there. */
const NOT_THERE = 127;

export type Printed =
  | { readonly kind: 'printed'; readonly incomplete?: string }
  | { readonly kind: 'not-printed'; readonly reason: string };

const TIMEOUT_MS = 10 * 60 * 1000;
/** Some 200,000 records of the journal. */
const PRINTED_LIMIT_BYTES = 128 * 1024 * 1024;
const MS_PER_SECOND = 1000;

/** systemd's sd-messages.h, SD_MESSAGE_JOURNAL_MISSED: journald could not read all of the kernel's ring. */
const MISSED = 'MESSAGE_ID=e9bf28e6e834481bb6f48f548ad13606';
const FIELDS = [
  'MESSAGE',
  '_TRANSPORT',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  '_AUDIT_TYPE',
  '_AUDIT_ID',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_EXE',
  '_COMM',
  '_SYSTEMD_UNIT',
];
/** Each is enough; what programs write of themselves is left out, but for D-Bus. */
const MATCHES = [
  '_TRANSPORT=audit',
  '_TRANSPORT=kernel',
  '_SYSTEMD_UNIT=dbus.service',
  '_SYSTEMD_UNIT=dbus-broker.service',
  MISSED,
];

/** journalctl(1): all boots, and --all so that long messages aren't left out. */
export function journalProgram({ sinceMs, untilMs }: TimeBounds): LogProgram {
  return {
    name: 'the journal (journalctl)',
    argv: [
      ...IN_ENGLISH,
      'journalctl',
      '--no-pager',
      '--all',
      '--output=json',
      `--output-fields=${FIELDS.join(',')}`,
      ...(sinceMs === undefined ? [] : [`--since=@${Math.floor(sinceMs / MS_PER_SECOND)}`]),
      ...(untilMs === undefined ? [] : [`--until=@${Math.ceil(untilMs / MS_PER_SECOND)}`]),
      ...MATCHES.flatMap((match, at) => (at === 0 ? [match] : ['+', match])),
    ],
    isForgeable: false,
    denied: /not seeing messages from other users|insufficient permissions|No journal files were (?:found|opened)/,
  };
}

const DENIED = /Operation not permitted|Permission denied|No such file or directory/;

/**
 * The kernel's ring. /dev/kmsg escapes line ends and says of each message whether the kernel or a program wrote it; of what it has
 * now it is read by asking not to wait for more. dmesg(1) shows messages as they are, and users can bring line ends into some.
 */
export const RING: readonly LogProgram[] = [
  {
    name: "the kernel's ring (/dev/kmsg)",
    argv: [...IN_ENGLISH, 'dd', 'if=/dev/kmsg', 'bs=8192', 'iflag=nonblock', 'status=none'],
    denied: DENIED,
    ends: /Resource temporarily unavailable/,
    isForgeable: false,
  },
  {
    name: "the kernel's ring (dmesg)",
    argv: [...IN_ENGLISH, 'dmesg', '-r'],
    denied: DENIED,
    isForgeable: true,
  },
];

/** Runs it, and hands on what it prints as it comes. */
export async function printLog(host: Host, program: LogProgram, take: (bytes: Uint8Array) => void): Promise<Printed> {
  const result = await host.run(program.argv, {
    timeoutMs: TIMEOUT_MS,
    limitBytes: PRINTED_LIMIT_BYTES,
    onStdout: take,
  });
  if (result.kind === 'not-run') return { kind: 'not-printed', reason: result.message };
  if (result.kind === 'ended') {
    return { kind: 'printed', incomplete: `${result.message}; name a shorter time with --since and --until` };
  }
  const said = Buffer.from(result.stderr).toString('latin1').trim();
  const [first = ''] = said.split('\n');
  if (result.code === NOT_THERE) return { kind: 'not-printed', reason: `${nameOf(program)} is not installed` };
  if (program.denied.test(said)) return { kind: 'not-printed', reason: first };
  // journalctl ends with 1 where nothing matches, and says nothing.
  if (result.code === 0 || said === '' || program.ends?.test(said) === true) return { kind: 'printed' };
  return result.stdout.length === 0 ? { kind: 'not-printed', reason: first } : { kind: 'printed', incomplete: first };
}

function nameOf({ argv }: LogProgram): string {
  return argv[IN_ENGLISH.length] ?? argv[0];
}
