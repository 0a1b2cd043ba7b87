import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { AccessEvent } from '../log/event.ts';
import { type GivenToBoth, givenToBoth } from './files.ts';
import { judgeAccess, type Verdict } from './judge-access.ts';
import { profileOfLabel, type Resolved } from './made-up-label.ts';
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
  /** By the subject, then by the verdict and its permissions. */
  readonly bySubject: Map<ByteText, Map<string, CountedGroup>>;
  readonly byRequest: Map<string, NamedFiles>;
  /** What the policy gives to files by their names. */
  readonly given: Map<ByteText, GivenToBoth>;
}

/** What was found of files by their names: for their owner, for others, and where the log does not say whose they are. */
interface NamedFiles {
  readonly owner: Map<ByteText, Counter>;
  readonly other: Map<ByteText, Counter>;
  readonly unsaid: Map<ByteText, Counter>;
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
      return this.#judged(kind, event);
    const files = namedFiles(kind, event);
    const found = files.get(name);
    if (found !== undefined) return found;
    const counter = this.#judged(kind, event, this.#given(kind, name));
    files.set(name, counter);
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
      bySubject: new Map<ByteText, Map<string, CountedGroup>>(),
      byRequest: new Map<string, NamedFiles>(),
      given: new Map<ByteText, GivenToBoth>(),
    }));
    this.#last = kind;
    return kind;
  }

  #resolve({ profile, namespace }: AccessEvent): Resolved {
    return namespace === undefined
      ? known(this.#resolved, profile, () => profileOfLabel(this.#profiles, profile))
      : { kind: 'unknown', reason: `the policy of the namespace ${namespace} is not at hand` };
  }

  #given({ resolved, given }: AccessKind, name: ByteText): GivenToBoth | undefined {
    return resolved.kind === 'unknown' ? undefined : known(given, name, () => givenToBoth(resolved.profile, name));
  }

  #judged(kind: AccessKind, event: AccessEvent, given?: GivenToBoth): Counter {
    const verdict = judgeAccess(kind.resolved, event, given);
    if (verdict.kind === 'allowed') return this.#allowed;
    const group = groupOf(event, verdict);
    const alike = known(kind.bySubject, group.subject, () => new Map<string, CountedGroup>());
    const words = `${group.verdict}\0${wordsOf(group)}`;
    const same = alike.get(words);
    if (same !== undefined) return same;
    alike.set(words, group);
    this.#groups.push(group);
    return group;
  }
}

/** The permissions as one text. */
function wordsOf({ permissions }: CountedGroup): string {
  return permissions.join('\0');
}

function namedFiles(kind: AccessKind, { requested, isOwner }: AccessEvent): Map<ByteText, Counter> {
  const files = known(kind.byRequest, requested, (): NamedFiles => ({
    owner: new Map(),
    other: new Map(),
    unsaid: new Map(),
  }));
  if (isOwner === undefined) return files.unsaid;
  return isOwner ? files.owner : files.other;
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
    compareBytes(one.class, other.class)
  );
}

function groupOf(event: AccessEvent, verdict: Exclude<Verdict, { kind: 'allowed' }>): CountedGroup {
  return {
    verdict: verdict.kind,
    profile: event.profile,
    ...(event.namespace !== undefined && { namespace: event.namespace }),
    class: event.class,
    operation: event.operation,
    subject: subjectOf(event),
    permissions: verdict.kind === 'denied' ? verdict.permissions : [event.requested],
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    isQuiet: verdict.kind === 'denied' && verdict.isQuiet,
    count: 0,
  };
}

function subjectOf({ operation, name, target, peer, fields }: AccessEvent): ByteText {
  // What complain mode calls the label after an execution says nothing of it.
  if (name !== undefined) return target === undefined || operation === 'exec' ? name : `${name} -> ${target}`;
  const { capname, family, sock_type: type, signal } = fields;
  return [capname, family, type, signal, peer].filter((one) => one !== undefined).join(' ');
}
