import { Buffer } from 'node:buffer';
import type { ByteText } from '../../core/byte-text.ts';

/** `key=value`, in the order of the record. */
export interface Field {
  readonly key: string;
  readonly value: ByteText;
  readonly isQuoted: boolean;
}

/** The fields, or why they are none; those before the fault are not given. */
export type Fields = readonly Field[] | { readonly fault: string };

/** auditd puts it between the kernel's record and the names it adds to the numbers (log_format=ENRICHED, auditd.conf(5)). */
const ENRICHED_FROM = '\u001d';

const SPACE = 0x20;
const QUOTE = 0x22;
const EQUALS = 0x3d;
const LAST_CONTROL = 0x1f;
const DELETE = 0x7f;

/** Records of the kernel have about 20 fields. */
const MAX_FIELDS = 64;

/**
 * The fields of a record's text, from `from` on. A value in quotes goes to the next quote, with nothing escaped in it: strings
 * that have a quote, a space, a control character or a byte over 0x7e are written as hexadecimal digits without quotes
 * (kernel/audit.c, audit_log_n_untrustedstring). So a backslash is one, and after a closing quote the field is at its end;
 * libapparmor's scanner takes backslashes for escapes, and reads on over the end of a name that has one last.
 */
export function readFields(text: ByteText, from: number): Fields {
  const enriched = text.indexOf(ENRICHED_FROM, from);
  const end = enriched === -1 ? text.length : enriched;
  const fields: Field[] = [];
  let at = from;
  for (;;) {
    while (at < end && isSpace(text.charCodeAt(at))) at += 1;
    if (at >= end) return fields;
    if (fields.length === MAX_FIELDS) return { fault: `more than ${MAX_FIELDS} fields` };
    const equals = keyEnd(text, at, end);
    if (equals === -1) return { fault: `no field where one should begin: ${excerpt(text, at, end)}` };
    const key = text.slice(at, equals);
    const start = equals + 1;
    if (text.charCodeAt(start) === QUOTE && start < end) {
      const close = text.indexOf('"', start + 1);
      if (close === -1 || close >= end) return { fault: `${key} is cut off` };
      at = close + 1;
      if (isEnriched(text, at)) return [...fields, { key, value: text.slice(start + 1, close), isQuoted: true }];
      if (at < end && !isSpace(text.charCodeAt(at))) return { fault: `${key} goes on behind its closing quote` };
      fields.push({ key, value: text.slice(start + 1, close), isQuoted: true });
    } else {
      at = start;
      for (let code = text.charCodeAt(at); at < end && code > SPACE; code = text.charCodeAt(at)) {
        if (code === QUOTE || code === EQUALS) return { fault: `${key} runs into another field` };
        at += 1;
      }
      fields.push({ key, value: text.slice(start, at), isQuoted: false });
    }
  }
}

/** A terminal shows nothing for the separator, so in what was copied from one the first name follows at once. */
const ENRICHED = /(?:FSUID|OUID|ARCH|UID)="/y;

function isEnriched(text: ByteText, at: number): boolean {
  ENRICHED.lastIndex = at;
  return ENRICHED.test(text);
}

/** Where the `=` after a key stands. */
function keyEnd(text: ByteText, from: number, end: number): number {
  let at = from;
  while (at < end && isKey(text.charCodeAt(at))) at += 1;
  return at > from && at < end && text.charCodeAt(at) === EQUALS ? at : -1;
}

function isKey(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || code === 0x5f || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a)
  );
}

/** A line end may stand in what a program sent through the kernel. */
function isSpace(code: number): boolean {
  return code === SPACE || code === 0x09 || code === 0x0a || code === 0x0d;
}

const EXCERPT_CHARACTERS = 20;

function excerpt(text: ByteText, from: number, end: number): string {
  const part = text.slice(from, Math.min(end, from + EXCERPT_CHARACTERS));
  return JSON.stringify(part.replaceAll(/[^\x20-\x7e]/g, '?'));
}

const HEXADECIMAL = /^(?:[0-9A-F]{2})+$/;

/** What an untrusted string stands for; `undefined` if the kernel doesn't write such a thing. */
export function decodeUntrusted({ value, isQuoted }: Field): ByteText | undefined {
  if (isQuoted) return hasControl(value) ? undefined : value;
  return HEXADECIMAL.test(value) ? Buffer.from(value, 'hex').toString('latin1') : undefined;
}

function hasControl(value: ByteText): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code <= LAST_CONTROL || code >= DELETE) return true;
  }
  return false;
}
