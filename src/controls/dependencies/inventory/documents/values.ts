import { isObject } from '../node/fields.ts';

/** The items of a list; none for what is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Only the texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

/** Only the objects of a list. */
export function objectsOf(value: unknown): readonly unknown[] {
  return listOf(value).filter(isObject);
}
