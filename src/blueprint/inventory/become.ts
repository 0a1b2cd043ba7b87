import type { Json } from '../../core/json.ts';
import { quote } from '../quote.ts';
import type { HostSettings } from './settings.ts';

const METHODS: ReadonlyMap<string, 'sudo' | 'doas'> = new Map([
  ['sudo', 'sudo'],
  ['ansible.builtin.sudo', 'sudo'],
  ['doas', 'doas'],
  ['community.general.doas', 'doas'],
]);
/** The texts that Ansible takes for true and false (ansible.module_utils.parsing.convert_bool). */
const TRUE = /^(?:y|yes|on|1|true|t|1\.0)$/i;
const FALSE = /^(?:n|no|off|0|false|f|0\.0)$/i;

/** How a host's variables ask to become root: ansible_become, ansible_become_method, ansible_become_user. */
export function readBecome(settings: HostSettings): 'sudo' | 'doas' | undefined {
  const become = settings.setting('ansible_become');
  if (become === undefined) return undefined;
  const isWanted = booleanOf(become.value);
  if (isWanted === undefined) {
    const message = `ansible_become must be true or false; it is ${quote(JSON.stringify(become.value))}.`;
    settings.refuse('invalid-value', message, { mark: become.mark });
  }
  if (isWanted !== true) return undefined;
  const user = settings.text('ansible_become_user');
  if (user !== undefined && user.text !== 'root') {
    const message = `ansible_become_user is ${quote(user.text)}; Freehold becomes root or nobody else.`;
    settings.refuse('unsupported-become', message, { mark: user.mark });
  }
  const method = settings.text('ansible_become_method');
  if (method === undefined) return 'sudo';
  const known = METHODS.get(method.text);
  if (known === undefined) {
    const message = `Freehold can't become root by ${quote(method.text)}.`;
    settings.refuse('unsupported-become', message, { mark: method.mark, hint: 'It knows sudo and doas.' });
  }
  return known;
}

function booleanOf(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  if (TRUE.test(text.trim())) return true;
  return FALSE.test(text.trim()) ? false : undefined;
}
