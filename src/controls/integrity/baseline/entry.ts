import { type ByteText, toByteText, toText } from '../../../core/byte-text.ts';
import { type Attributes, FILE_TYPES, type Identity, type Walked } from '../walk/walked.ts';

/** One path as a baseline keeps it. */
export interface Entry extends Walked {
  /** Of a file's content; absent where it could not be read. */
  readonly sha256?: string;
  readonly attributes?: Attributes;
}

/** One line of a baseline, without its end: JSON with its keys in one order. */
export function renderEntry(entry: Entry): string {
  const { path, type, mode, uid, gid, sizeBytes, target, identity, sha256, attributes } = entry;
  return JSON.stringify({
    ...named('path', path),
    type,
    mode: mode.toString(8).padStart(4, '0'),
    uid,
    gid,
    size: sizeBytes,
    ...(sha256 !== undefined && { sha256 }),
    ...(target !== undefined && named('target', target)),
    ...identity,
    ...(attributes !== undefined && Object.keys(attributes).length > 0 && { attributes: sorted(attributes) }),
  });
}

/** Reads one line; `undefined` for what is none of ours. */
export function parseEntry(line: string): Entry | undefined {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const path = bytesOf(fields, 'path');
  const target = bytesOf(fields, 'target');
  const type = FILE_TYPES.find((one) => one === fields.get('type'));
  const mode = matching(fields.get('mode'), /^[0-7]{4}$/);
  const [uid, gid, sizeBytes] = [fields.get('uid'), fields.get('gid'), fields.get('size')];
  if (path?.startsWith('/') !== true || type === undefined || mode === undefined) return undefined;
  if (!isCount(uid) || !isCount(gid) || !isCount(sizeBytes)) return undefined;
  const identity = identityOf(fields);
  const attributes = attributesOf(fields.get('attributes'));
  const sha256 = matching(fields.get('sha256'), /^[0-9a-f]{64}$/);
  return {
    path,
    type,
    mode: Number.parseInt(mode, 8),
    uid,
    gid,
    sizeBytes,
    ...(target !== undefined && { target }),
    ...(identity !== undefined && { identity }),
    ...(sha256 !== undefined && { sha256 }),
    ...(attributes !== undefined && { attributes }),
  };
}

/** JSON holds text; other bytes are written in hexadecimal under another key. */
function named(key: string, bytes: ByteText): Readonly<Record<string, string>> {
  const text = toText(bytes);
  return text === undefined ? { [`${key}Hex`]: Buffer.from(bytes, 'latin1').toString('hex') } : { [key]: text };
}

function bytesOf(fields: ReadonlyMap<string, unknown>, key: string): ByteText | undefined {
  const text = fields.get(key);
  if (typeof text === 'string') return toByteText(text);
  const hex = matching(fields.get(`${key}Hex`), /^(?:[0-9a-f]{2})+$/);
  return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString('latin1');
}

function identityOf(fields: ReadonlyMap<string, unknown>): Identity | undefined {
  const modified = matching(fields.get('modified'), /^-?[0-9]+\.[0-9]{9}$/);
  const changed = matching(fields.get('changed'), /^-?[0-9]+\.[0-9]{9}$/);
  const inode = matching(fields.get('inode'), /^[0-9]+$/);
  const device = matching(fields.get('device'), /^[0-9]+$/);
  if (modified === undefined || changed === undefined || inode === undefined || device === undefined) return undefined;
  return { modified, changed, inode, device };
}

function attributesOf(value: unknown): Attributes | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const pairs = Object.entries(value).flatMap(([name, hex]) => {
    const known = matching(hex, /^(?:[0-9a-f]{2})*$/);
    return known === undefined ? [] : [[name, known] as const];
  });
  return Object.fromEntries(pairs);
}

function sorted(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
