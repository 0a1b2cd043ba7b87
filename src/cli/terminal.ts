import process from 'node:process';
import type { TerminalOptions } from '../report/index.ts';

const DEFAULT_WIDTH_COLUMNS = 80;
/** Lines longer than this are hard to read however wide the window is. */
const WIDEST_COLUMNS = 120;

/** Colour only where a person looks (or FORCE_COLOR asks), never against NO_COLOR (https://no-color.org). */
export function terminalOptions(stream: NodeJS.WriteStream): TerminalOptions {
  const columns = stream.isTTY ? stream.columns : Number(process.env['COLUMNS'] ?? DEFAULT_WIDTH_COLUMNS);
  return {
    color: wantsColor(stream),
    width: Math.min(Number.isInteger(columns) && columns > 0 ? columns : DEFAULT_WIDTH_COLUMNS, WIDEST_COLUMNS),
    ascii: !/utf-?8/i.test(locale()),
  };
}

function wantsColor(stream: NodeJS.WriteStream): boolean {
  if ((process.env['NO_COLOR'] ?? '') !== '') return false;
  if ((process.env['FORCE_COLOR'] ?? '') !== '') return process.env['FORCE_COLOR'] !== '0';
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

/** locale(7): the first of these that is set decides. Minimal systems set none and show UTF-8 all the same. */
function locale(): string {
  const set = ['LC_ALL', 'LC_CTYPE', 'LANG'].map((name) => process.env[name] ?? '').find((value) => value !== '');
  return set ?? 'C.UTF-8';
}
