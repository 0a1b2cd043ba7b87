import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

const LINES_AT_ONCE = 10_000;

/** Writes a list of so many files that are not there, but for the last, whose content is given. */
export function writeLongList(
  path: string,
  lines: number,
  last: { readonly name: string; readonly content: string },
): void {
  const file = openSync(path, 'w');
  try {
    let text = '';
    for (let number = 1; number < lines; number += 1) {
      text += `${createHash('sha256').update(String(number)).digest('hex')}  pool/main/p/package-${number}/package-${number}.deb\n`;
      if (number % LINES_AT_ONCE !== 0) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, `${text}${createHash('sha256').update(last.content).digest('hex')}  ${last.name}\n`);
  } finally {
    closeSync(file);
  }
}
