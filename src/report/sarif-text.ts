import { oneLine } from './text/sanitise.ts';

/** A message that is nothing but text: viewers make links of `[text](target)` in plain messages too (SARIF 3.11.6). */
export function plainMessage(text: string): { readonly text: string } {
  return { text: oneLine(text).replaceAll('](', '] (') };
}
