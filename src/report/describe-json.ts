import type { Json } from '../core/json.ts';

/** Longer values are cut, saying by how much: a report is for reading. */
const VALUE_LIMIT_CHARACTERS = 2000;
const DEPTH_LIMIT = 6;
const CAMEL_CASE = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;

export interface LabelledValue {
  readonly label: string;
  readonly value: string;
}

/** Any value as words: `none` for null, lists with commas, objects as `now: 1, next boot: 0`. */
export function describeJson(value: Json): string {
  return shorten(describeAt(value, 0));
}

/** The parts of an object, one each; anything else as one part called `label`. Keys keep their order. */
export function labelledValues(value: Json, label: string): readonly LabelledValue[] {
  if (!isJsonObject(value)) return [{ label, value: describeJson(value) }];
  return Object.entries(value).map(([key, part]) => ({ label: humaniseKey(key), value: describeJson(part) }));
}

/** `nextBootSource` → `next boot source`; names of the machine such as `eth0` stay as they are. */
export function humaniseKey(key: string): string {
  return CAMEL_CASE.test(key) ? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) : key;
}

function describeAt(value: Json, depth: number): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (depth >= DEPTH_LIMIT) return '…';
  if (isJsonObject(value)) return describeObject(value, depth);
  const items = value.map((item) => describeAt(item, depth + 1));
  if (items.length === 0) return 'none';
  return depth > 0 ? `(${items.join(', ')})` : items.join(', ');
}

function describeObject(value: { readonly [key: string]: Json }, depth: number): string {
  const parts = Object.entries(value).map(([key, part]) => `${humaniseKey(key)}: ${describeAt(part, depth + 1)}`);
  if (parts.length === 0) return 'none';
  return depth > 0 ? `(${parts.join(', ')})` : parts.join(', ');
}

function isJsonObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  if (text.length <= VALUE_LIMIT_CHARACTERS) return text;
  const rest = text.length - VALUE_LIMIT_CHARACTERS;
  return `${text.slice(0, VALUE_LIMIT_CHARACTERS).toWellFormed()}… (${rest} more characters)`;
}
