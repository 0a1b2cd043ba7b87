import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { AccessEvent } from '../log/event.ts';
import { type GivenToBoth, givenToBoth } from './files.ts';
import { judgeAccess, type Verdict } from './judge-access.ts';
import { profileOfLabel, type Resolved } from './made-up-label.ts';
import type { KernelPermissions } from './permissions.ts';
import type { CompiledProfile } from './profile.ts';

/** What a policy says to recorded accesses. */
export interface Replay {
  readonly counts: {
    readonly events: number;
    readonly allowed: number;
    readonly denied: number;
    readonly unknown: number;
  };
  /** What is not allowed: most often recorded first. */
  readonly groups: readonly ReplayGroup[];
}

/** Accesses of one profile to one thing, for which the answer is the same. */
export interface ReplayGroup {
  readonly verdict: 'denied' | 'unknown';
  readonly profile: ByteText;
  /** Of policy, where it is not the root's: a container may have its own. */
  readonly namespace?: ByteText;
  readonly class: string;
  readonly operation: string;
  /** What it was about: a path, a capability, a peer … */
  readonly subject: ByteText;
  /** What is not allowed, in letters or words. */
  readonly permissions: readonly string[];
  readonly reason?: string;
  /** The denial would not be logged. */
  readonly isQuiet: boolean;
  readonly count: number;
}

/** Which of these accesses would be denied now, by the rules as they are compiled, whatever the profiles' mode is. */
export function replay(profiles: readonly CompiledProfile[], events: Iterable<AccessEvent>): Replay {
  const running = new RunningReplay(profiles);
  for (const event of events) running.add(event);
  return running.result();
}

/** How often something was recorded. */
interface Counter {
  count: number;
}

interface CountedGroup extends Omit<ReplayGroup, 'count'>, Counter {}

/** Accesses of one profile of one kind: what was judged once is only counted after that. */
interface AccessKind {
  readonly profile: ByteText;
  readonly namespace: ByteText | undefined;
  /** The profile that says what follows. */
  readonly resolved: Resolved;
  readonly class: string;
  readonly operation: string;
  /** By the verdict with its permissions, then by the subject: verdicts are few. */
  readonly byVerdict: Map<string, Map<ByteText, CountedGroup>>;
  /** By the letters. */
  readonly requests: Map<string, FileRequests>;
  readonly files: Map<ByteText, NamedFile>;
}

/** One request for files: by their owner, by others, and where the log does not say whose they are. */
interface FileRequests {
  readonly owner: FileRequest;
  readonly other: FileRequest;
  readonly unsaid: FileRequest;
}

interface FileRequest {
  /** Among the requests of its kind. */
  readonly number: number;
  /** By what the policy gives: many files are given the same. */
  readonly verdicts: Map<KernelPermissions, Verdict>;
}

interface NamedFile {
  /** What the policy gives to it. */
  readonly given: GivenToBoth | undefined;
  /** By the number of the request. */
  readonly counters: (Counter | undefined)[];
}

/**
 * A replay that takes its events one by one, and keeps what differs among them alone. Logs say the same again and again, thousands of
 * times: no text is put together for an access that was seen before.
 */
export class RunningReplay {
  readonly #profiles: ReadonlyMap<ByteText, CompiledProfile>;
  readonly #resolved = new Map<ByteText, Resolved>();
  /** By the namespace, the profile, the class and the operation. */
  readonly #kinds = new Map<ByteText | undefined, Map<ByteText, Map<string, Map<string, AccessKind>>>>();
  readonly #groups: CountedGroup[] = [];
  readonly #allowed: Counter = { count: 0 };
  #last: AccessKind | undefined;

  constructor(profiles: readonly CompiledProfile[]) {
    // One of another namespace has the name of one here and says nothing of it.
    const own = profiles.filter(({ namespace }) => namespace === undefined);
    this.#profiles = new Map(own.map((profile) => [profile.name, profile]));
  }

  add(event: AccessEvent): void {
    this.#counterOf(event).count += 1;
  }

  /** Where an access is to be counted. */
  #counterOf(event: AccessEvent): Counter {
    const kind = this.#kindOf(event);
    const { name } = event;
    // All else depends on more than the name.
    if (event.class !== 'file' || name === undefined || event.target !== undefined || event.isDisconnected)
      return this.#counter(kind, event, judgeAccess(kind.resolved, event));
    const { number, verdicts } = requestOf(kind, event);
    const { given, counters } = known(kind.files, name, () => newFile(kind, name));
    const found = counters[number];
    if (found !== undefined) return found;
    const judge = (): Verdict => judgeAccess(kind.resolved, event, given);
    const permissions = given === undefined ? undefined : permissionsFor(event, given);
    const verdict = permissions === undefined ? judge() : known(verdicts, permissions, judge);
    const counter = this.#counter(kind, event, verdict);
    counters[number] = counter;
    return counter;
  }

  result(): Replay {
    const total = (verdict: ReplayGroup['verdict']): number =>
      this.#groups.reduce((sum, group) => (group.verdict === verdict ? sum + group.count : sum), 0);
    const counts = { allowed: this.#allowed.count, denied: total('denied'), unknown: total('unknown') };
    return {
      counts: { events: counts.allowed + counts.denied + counts.unknown, ...counts },
      groups: this.#groups.toSorted(byCount),
    };
  }

  #kindOf(event: AccessEvent): AccessKind {
    const last = this.#last;
    if (
      last?.profile === event.profile &&
      last.class === event.class &&
      last.operation === event.operation &&
      last.namespace === event.namespace
    )
      return last;
    const { namespace } = event;
    const byProfile = known(this.#kinds, namespace, () => new Map<ByteText, Map<string, Map<string, AccessKind>>>());
    const byClass = known(byProfile, event.profile, () => new Map<string, Map<string, AccessKind>>());
    const byOperation = known(byClass, event.class, () => new Map<string, AccessKind>());
    const kind = known(byOperation, event.operation, () => ({
      profile: event.profile,
      namespace,
      resolved: this.#resolve(event),
      class: event.class,
      operation: event.operation,
      byVerdict: new Map<string, Map<ByteText, CountedGroup>>(),
      requests: new Map<string, FileRequests>(),
      files: new Map<ByteText, NamedFile>(),
    }));
    this.#last = kind;
    return kind;
  }

  #resolve({ profile, namespace }: AccessEvent): Resolved {
    return namespace === undefined
      ? known(this.#resolved, profile, () => profileOfLabel(this.#profiles, profile))
      : { kind: 'unknown', reason: `the policy of the namespace ${namespace} is not at hand` };
  }

  #counter(kind: AccessKind, event: AccessEvent, verdict: Verdict): Counter {
    if (verdict.kind === 'allowed') return this.#allowed;
    const permissions = verdict.kind === 'denied' ? verdict.permissions : [event.requested];
    const isQuiet = verdict.kind === 'denied' && verdict.isQuiet;
    const alike = known(
      kind.byVerdict,
      [verdict.kind, isQuiet ? 'quiet' : '', ...permissions].join('\0'),
      () => new Map<ByteText, CountedGroup>(),
    );
    const subject = subjectOf(event);
    const same = alike.get(subject);
    if (same !== undefined) return same;
    const group: CountedGroup = {
      verdict: verdict.kind,
      profile: event.profile,
      ...(event.namespace !== undefined && { namespace: event.namespace }),
      class: event.class,
      operation: event.operation,
      subject,
      permissions,
      ...(verdict.reason !== undefined && { reason: verdict.reason }),
      isQuiet,
      count: 0,
    };
    alike.set(subject, group);
    this.#groups.push(group);
    return group;
  }
}

/** Which of what the policy gives decides alone; none does where the log doesn't say whose the file is. */
function permissionsFor({ isOwner }: AccessEvent, { owner, other }: GivenToBoth): KernelPermissions | undefined {
  if (isOwner === undefined) return undefined;
  return isOwner ? owner : other;
}

/** The permissions as one text. */
function wordsOf({ permissions }: CountedGroup): string {
  return permissions.join('\0');
}

function requestOf({ requests }: AccessKind, { requested, isOwner }: AccessEvent): FileRequest {
  const of = known(requests, requested, (): FileRequests => {
    const first = requests.size * OWNERSHIPS;
    const request = (number: number): FileRequest => ({ number, verdicts: new Map() });
    return { owner: request(first), other: request(first + 1), unsaid: request(first + 2) };
  });
  if (isOwner === undefined) return of.unsaid;
  return isOwner ? of.owner : of.other;
}

const OWNERSHIPS = 3;

function newFile({ resolved }: AccessKind, name: ByteText): NamedFile {
  return { given: resolved.kind === 'unknown' ? undefined : givenToBoth(resolved.profile, name), counters: [] };
}

function known<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function byCount(one: CountedGroup, other: CountedGroup): number {
  return (
    other.count - one.count ||
    compareBytes(one.verdict, other.verdict) ||
    compareBytes(one.namespace ?? '', other.namespace ?? '') ||
    compareBytes(one.profile, other.profile) ||
    compareBytes(one.subject, other.subject) ||
    compareBytes(one.operation, other.operation) ||
    compareBytes(wordsOf(one), wordsOf(other)) ||
    compareBytes(one.class, other.class) ||
    Number(one.isQuiet) - Number(other.isQuiet)
  );
}

function subjectOf({ operation, name, target, peer, fields }: AccessEvent): ByteText {
  // What complain mode calls the label after an execution says nothing of it.
  if (name !== undefined) return target === undefined || operation === 'exec' ? name : `${name} -> ${target}`;
  const { capname, family, sock_type: type, signal } = fields;
  return [capname, family, type, signal, peer].filter((one) => one !== undefined).join(' ');
}
