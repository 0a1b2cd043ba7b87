import type { Dialect, Profile } from './language/syntax.ts';
import type { AccessEvent } from './log/event.ts';
import { filePermissionsOf } from './log/file-letters.ts';
import { rulesFor, type RulesQuestion } from './rules-for.ts';

/** Dialects differ in which way to execute decides; what is denied is denied in all. */
const ANY_DIALECT: Dialect = '3.0';

/**
 * Whether rules of the event's profile deny all of what was denied, so that it was meant to be: `audit deny` has it written down
 * (apparmor.d(5), "Rule Qualifiers"). What isn't known is not meant.
 */
export function isDeniedOnPurpose(profiles: readonly Profile[], event: AccessEvent): boolean {
  // Where the name could not be looked up, no rule has decided; and of another namespace's profiles nothing is known here.
  if (event.isDisconnected || event.namespace !== undefined) return false;
  const profile = named(profiles, event.profile);
  const questions = questionsOf(event);
  if (profile === undefined || questions.length === 0) return false;
  return questions.every((question) => {
    const { decides } = rulesFor(profile, question, ANY_DIALECT);
    return decides.length > 0 && decides.every(({ verdict }) => verdict === 'denied');
  });
}

/** Of two profiles with one name, the later one is loaded last. */
function named(profiles: readonly Profile[], label: string): Profile | undefined {
  const own = profiles.findLast(({ name }) => name === label);
  if (own !== undefined) return own;
  const parent = profiles.findLast(({ name }) => label.startsWith(`${name}//`));
  return parent === undefined ? undefined : named(parent.children, label);
}

/** None for what can't be asked the source. Of a file whose owner the record doesn't say, both are asked. */
function questionsOf(event: AccessEvent): readonly RulesQuestion[] {
  const { name: path, denied, isOwner, fields } = event;
  const { capname: capability, family, sock_type: type } = fields;
  switch (event.class) {
    case 'file': {
      const permissions = filePermissionsOf(denied);
      if (path === undefined || permissions === undefined || permissions.length === 0) return [];
      const owners = isOwner === undefined ? [true, false] : [isOwner];
      return owners.map((one): RulesQuestion => ({ kind: 'file', path, permissions, isOwner: one }));
    }
    case 'cap':
      return capability === undefined ? [] : [{ kind: 'capability', capability }];
    case 'net':
      return family === undefined || type === undefined ? [] : [{ kind: 'network', family, type }];
    default:
      return [];
  }
}
