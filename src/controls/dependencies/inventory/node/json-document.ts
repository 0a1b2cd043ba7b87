import type { InventoryProblem } from '../package.ts';
import { isObject } from './fields.ts';
import { problemAt } from './npm-text.ts';

export type JsonDocument =
  | { readonly kind: 'object'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: InventoryProblem };

/** The greatest published lock files have some ten million. */
const TEXT_LIMIT_CHARACTERS = 100_000_000;
const BYTE_ORDER_MARK = '\uFEFF';

/** A JSON text whose top is an object; npm takes one with a byte order mark too. */
export function readJsonObject(whole: string, path: string): JsonDocument {
  const text = whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole;
  if (text.length > TEXT_LIMIT_CHARACTERS) return failed(path, 'The file is larger than any file of this kind.');
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { kind: 'object', value, text } : failed(path, 'The file holds no JSON object.');
  } catch {
    return failed(path, 'The file is no JSON.');
  }
}

function failed(path: string, message: string): JsonDocument {
  return { kind: 'problem', problem: problemAt(path, undefined, message) };
}
