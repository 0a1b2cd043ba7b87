import { decodePolicy } from '../../../apparmor/compiled/decode.ts';
import { parsePolicy } from '../../../apparmor/language/parse-policy.ts';
import type { ByteText } from '../../../core/byte-text.ts';
import type { Host } from '../../../host/host.ts';
import type { Known, SoakEvidence } from '../state.ts';
import type { Compile } from '../compiled/observe.ts';
import { loadPolicyTree } from '../policy-sources/observe.ts';
import { latin1 } from '../text.ts';
import type { Rules } from './evidence.ts';
import { readKeptLogs } from './logs/observe.ts';
import { WatchedTally } from './watched-tally.ts';

const TIMEOUT_MS = 120_000;

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
  const [counter, rules] = await Promise.all([observeLost(host), observeRules(host, paths, compile)]);
  const tallies = watched.map(
    (one) => new WatchedTally(one, (one.path === undefined ? undefined : rules.get(one.path)) ?? NO_FILE),
  );
  const kept = await readKeptLogs(host, Math.min(...watched.map(({ sinceMs }) => sinceMs)), {
    event: (event) => {
      for (const tally of tallies) tally.add(event);
    },
    text: (text) => {
      for (const tally of tallies) tally.addStarts(text);
    },
  });
  const [problem] = kept.problems;
  if (problem !== undefined) {
    const unread = unknown(problem);
    return tallies.map(() => ({ runs: unread, denials: unread, lost: unread, reach: unread }));
  }
  const lost =
    counter.kind === 'unknown' && kept.lost === 0
      ? counter
      : known(kept.lost + (counter.kind === 'known' ? counter.value : 0));
  return tallies.map((tally) => ({
    runs: known(tally.runs),
    denials: kept.unreadable === undefined ? tally.denials : unknown(kept.unreadable),
    lost,
    reach: kept.reach,
  }));
}

const NO_FILE = unknown('no file has its profile');

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
