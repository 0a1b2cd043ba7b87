import type { Rule } from '../language/syntax.ts';
import type { AccessEvent } from '../log/event.ts';
import { hasAccessOf } from './join-access.ts';

/** Whether a rule that is there allows what isn't an access to a file, as far as can be told for certain. */
export function allowsOther(rule: Rule, { class: accessClass, fields }: AccessEvent, text: string): boolean {
  if (rule.effect !== 'allow') return false;
  if (rule.kind === 'all') return true;
  if (plain(rule.text) === plain(text) || hasAccessOf(plain(rule.text), plain(text))) return true;
  if (rule.kind === 'capability' && accessClass === 'cap') {
    return rule.capabilities.length === 0 || rule.capabilities.includes(fields['capname'] ?? '');
  }
  if (rule.kind === 'network' && accessClass === 'net') {
    if (rule.conditions.length > 0 || rule.protocol !== undefined || rule.access.length > 0) return false;
    if (rule.family === undefined) return true;
    return rule.family === fields['family'] && (rule.type === undefined || rule.type === fields['sock_type']);
  }
  return false;
}

/** However it is spaced, with its comma or without. */
function plain(text: string): string {
  return text.replace(/,\s*$/, '').replaceAll(/\s+/g, ' ').trim();
}
