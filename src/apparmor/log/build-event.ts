import type { ByteText } from '../../core/byte-text.ts';
import { classOf } from './access-class.ts';
import type { AccessEvent } from './event.ts';
import type { Interning } from './interning.ts';
import type { RecordFields } from './record-fields.ts';
import type { StatusRecord } from './records.ts';

export interface Stamp {
  readonly timeMs?: number;
  readonly serial?: number;
}

type Writable<Data> = { -readonly [Key in keyof Data]: Data[Key] };

/** Fields that have a place of their own in an event; what is said by the verdict or by libaudit about the daemon is not of the access. */
const PLACED: ReadonlySet<string> = new Set([
  'apparmor',
  'operation',
  'class',
  'profile',
  'label',
  'namespace',
  'name',
  'name2',
  'target',
  'peer',
  'peer_label',
  'peer_profile',
  'tcontext',
  'requested',
  'requested_mask',
  'denied',
  'denied_mask',
  'mask',
  'info',
  'error',
  'pid',
  'comm',
  'sauid',
  'hostname',
  'terminal',
]);

const DISCONNECTED = 'Failed name lookup - disconnected';
/** More different sets of further fields are not held together. */
const SETS = 10_000;

/** Makes events of decoded fields; equal texts and equal sets of further fields are one in memory. */
export class EventBuilder {
  readonly #interning: Interning;
  readonly #sets = new Map<string, AccessEvent['fields']>();

  constructor(interning: Interning) {
    this.#interning = interning;
  }

  event(verdict: AccessEvent['verdict'], fields: RecordFields, stamp: Stamp): AccessEvent {
    const intern = this.#interning;
    const operation = intern.one(fields.get('operation') ?? '');
    const subject = splitLabel(fields.get('profile') ?? fields.get('label') ?? '');
    // A D-Bus daemon asks for one thing at a time, and has one mask.
    const requested = fields.get('requested_mask') ?? fields.get('requested') ?? fields.get('mask') ?? '';
    const denied = fields.get('denied_mask') ?? fields.get('denied') ?? fields.get('mask') ?? '';
    const info = fields.get('info');
    const event: Writable<AccessEvent> = {
      verdict,
      operation,
      class: intern.one(fields.get('class') ?? classOf(operation, (key) => fields.has(key))),
      profile: intern.one(subject.profile),
      requested: intern.one(requested),
      denied: intern.one(denied),
      isDisconnected: info?.startsWith(DISCONNECTED) ?? false,
      fields: this.#furtherFields(fields),
    };
    const namespace = fields.get('namespace') ?? subject.namespace;
    if (namespace !== undefined) event.namespace = intern.one(namespace);
    const name = fields.get('name');
    if (name !== undefined) event.name = intern.one(name);
    const target = fields.get('target') ?? fields.get('name2');
    if (target !== undefined) event.target = intern.one(target);
    const peer = fields.get('peer') ?? fields.get('peer_label') ?? fields.get('peer_profile') ?? fields.get('tcontext');
    if (peer !== undefined) event.peer = intern.one(peer);
    const isOwner = ownerOf(fields, requested);
    if (isOwner !== undefined) event.isOwner = isOwner;
    if (info !== undefined) event.info = intern.one(info);
    const error = fields.get('error');
    if (error !== undefined) event.errorCode = Number(error);
    const pid = fields.get('pid');
    if (pid !== undefined) event.pid = Number(pid);
    const comm = fields.get('comm');
    if (comm !== undefined) event.comm = intern.one(comm);
    if (stamp.timeMs !== undefined) event.timeMs = stamp.timeMs;
    if (stamp.serial !== undefined) event.serial = stamp.serial;
    return event;
  }

  status(kind: StatusRecord['kind'], fields: RecordFields, stamp: Stamp): StatusRecord {
    const text = (key: string): { readonly [one: string]: ByteText } => {
      const value = fields.get(key);
      return value === undefined ? {} : { [key]: this.#interning.one(value) };
    };
    const error = fields.get('error');
    const pid = fields.get('pid');
    return {
      kind,
      ...text('operation'),
      ...text('profile'),
      ...text('name'),
      ...text('namespace'),
      ...text('info'),
      ...text('comm'),
      ...(error !== undefined && { errorCode: Number(error) }),
      ...(pid !== undefined && { pid: Number(pid) }),
      ...stamp,
    };
  }

  #furtherFields(fields: RecordFields): AccessEvent['fields'] {
    const further: [string, ByteText][] = [];
    let key = '';
    for (const [name, value] of fields) {
      if (PLACED.has(name)) continue;
      further.push([name, value]);
      // No name and no value of a record has a line end in it but what a program sent, and there it separates fields.
      key += `${name}=${value.length}:${value}\n`;
    }
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const own = Object.fromEntries(
      further.map(([name, value]) => [this.#interning.one(name), this.#interning.one(value)]),
    );
    if (this.#sets.size < SETS) this.#sets.set(this.#interning.one(key), own);
    return own;
  }
}

/** `:namespace://profile` of a label with one profile; of a stack each part has its own, and it stays as it is. */
function splitLabel(label: ByteText): { readonly profile: ByteText; readonly namespace?: ByteText } {
  if (!label.startsWith(':') || label.includes('//&')) return { profile: label };
  const end = label.indexOf(':', 1);
  if (end === -1) return { profile: label };
  const profile = label.slice(end + 1);
  return { namespace: label.slice(1, end), profile: profile.startsWith('//') ? profile.slice('//'.length) : profile };
}

/** By the numbers; before 2.6.36 by where the letters stand: `owner::other` (apparmor 2.5, log format 2). */
function ownerOf(fields: RecordFields, mask: string): boolean | undefined {
  const fsuid = fields.get('fsuid');
  const ouid = fields.get('ouid');
  if (fsuid !== undefined && ouid !== undefined) return fsuid === ouid;
  if (mask.length > '::'.length && mask.endsWith('::')) return true;
  return mask.length > '::'.length && mask.startsWith('::') ? false : undefined;
}
