import { type Recorded, recordedKey } from './answer.ts';
import { BadField } from './fields.ts';
import { decodeHead, type Head } from './head.ts';
import { ANSWERS_MAX, LINE_LIMIT_BYTES } from './limits.ts';
import { decodeLine } from './line.ts';
import { isWithinShape } from './shape.ts';
import { damaged } from './unpack.ts';

const LINE_END = 0x0a;

/** The answers of a recording by their questions; each is parsed again when it is asked for, so that a big one costs little. */
export interface AnswerIndex {
  readonly head: Head;
  find(key: string): Recorded | undefined;
}

/** Reads every line of a recording's text; throws a `HostError` that names the first one that isn't as it must be. */
export function indexAnswers(path: string, payload: Buffer): AnswerIndex {
  let head: Head | undefined;
  const lines = new Map<string, { readonly start: number; readonly end: number }>();
  let previous = payload.subarray(0, 0);
  let number = 0;
  for (let start = 0; start < payload.length;) {
    number += 1;
    const end = payload.indexOf(LINE_END, start);
    const at = (why: string): Error => damaged(path, `line ${String(number)} of its text: ${why}`);
    if (end === -1) throw at('it does not end');
    if (end - start > LINE_LIMIT_BYTES) throw at(`it is longer than ${String(LINE_LIMIT_BYTES)} bytes`);
    if (lines.size === ANSWERS_MAX) throw at(`a recording has at most ${String(ANSWERS_MAX)} answers`);
    const line = payload.subarray(start, end);
    try {
      if (head === undefined) head = decodeHead(textOf(line));
      else {
        if (Buffer.compare(previous, line) >= 0) throw new BadField('lines must be sorted by their bytes');
        const key = recordedKey(decodeLine(textOf(line)));
        if (lines.has(key)) throw new BadField('the same question was answered before');
        lines.set(key, { start, end });
        previous = line;
      }
    } catch (error) {
      throw error instanceof BadField ? at(error.message) : error;
    }
    start = end + 1;
  }
  if (head === undefined) throw damaged(path, 'it holds nothing');
  return {
    head,
    find(key) {
      const line = lines.get(key);
      return line && decodeLine(textOf(payload.subarray(line.start, line.end)));
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(line: Buffer): string {
  if (!isWithinShape(line)) throw new BadField('it is nested too deeply or has too many values');
  try {
    return utf8.decode(line);
  } catch {
    throw new BadField('it is not UTF-8');
  }
}
