import { type Entry, parseEntry } from './entry.ts';

const LINE_FEED = 0x0a;
/** A path and a link's target of 4,096 bytes each, which JSON may write six times as long, and attributes of 64 KiB in hexadecimal. */
const LINE_LIMIT_BYTES = 1024 * 1024;

/** What is wrong with a baseline, and where. */
export class MalformedBaseline extends Error {
  override readonly name = 'MalformedBaseline';
}

export interface ReadOptions {
  /** Whether the baseline knows of extended attributes at all. */
  readonly hasAttributes: boolean;
}

/** The first line, and where the others begin. */
export function firstLine(bytes: Uint8Array): { readonly text: string; readonly end: number } {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0 || end > LINE_LIMIT_BYTES) throw new MalformedBaseline('its first line has no end');
  return { text: textOf(bytes.subarray(0, end), 1), end: end + 1 };
}

/**
 * The entries of a baseline in their order, one at a time. Throws {@link MalformedBaseline} for what Freehold would not have
 * written: entries out of order, twice, or without an end.
 */
export function* readEntries(bytes: Uint8Array, { hasAttributes }: ReadOptions): Generator<Entry> {
  let number = 1;
  let before = '';
  for (let start = firstLine(bytes).end; start < bytes.length;) {
    number += 1;
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0 || end - start > LINE_LIMIT_BYTES) throw new MalformedBaseline(`line ${String(number)} has no end`);
    const entry = parseEntry(textOf(bytes.subarray(start, end), number));
    if (entry === undefined) throw new MalformedBaseline(`line ${String(number)} is no entry`);
    if (entry.path <= before) throw new MalformedBaseline(`line ${String(number)} is not in order`);
    before = entry.path;
    // What has no attributes is written without, and so is everything where nobody could ask.
    yield hasAttributes && entry.attributes === undefined ? { ...entry, attributes: {} } : entry;
    start = end + 1;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array, number: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new MalformedBaseline(`line ${String(number)} is no text`);
  }
}
