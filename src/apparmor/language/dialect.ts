import { DIALECTS, type Dialect } from './syntax.ts';

export function isAtLeast(dialect: Dialect, oldest: Dialect): boolean {
  return DIALECTS.indexOf(dialect) >= DIALECTS.indexOf(oldest);
}
