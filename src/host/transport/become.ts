import type { Elevation, SessionEnd } from '../shell/session.ts';
import { HostError } from '../error.ts';
import { lastLine } from './ssh.ts';

export type BecomeMethod = 'sudo' | 'doas';

/** Becomes root without a password: fails at once where one is needed. */
export function becomeWords(method: BecomeMethod): readonly string[] {
  return method === 'sudo' ? ['sudo', '-n', '--'] : ['doas', '-n', '--'];
}

/** Becomes root with a password that travels on standard input; doas(1) would take it from a terminal only. */
export function sudoElevation(password: () => Promise<string>): Elevation {
  return { argv: (prompt) => ['sudo', '-S', '-p', prompt, '--'], password };
}

const NEEDS_PASSWORD = /a password is required|a terminal is required|Authentication required|Authorization required/i;
const SAYS_NO = /^(?:sudo|doas): .*$|not in the sudoers file|Sorry, /im;

/** What it means that the shell ended where sudo or doas stands in front of it; `undefined` when it wasn't them. */
export function explainBecomeEnd(method: BecomeMethod, { stderr, wasGreeted }: SessionEnd): HostError | undefined {
  if (wasGreeted) return undefined;
  const reason = lastLine(stderr);
  if (NEEDS_PASSWORD.test(stderr)) {
    const hint =
      method === 'sudo'
        ? 'Say --ask-become-password to be asked for it once, or allow the user to run /bin/sh without one (NOPASSWD in sudoers(5)).'
        : 'doas takes a password from a terminal only: allow the user to run /bin/sh without one (nopass in doas.conf(5)).';
    return new HostError('refused', `${method} needs a password there`, { hint });
  }
  if (!SAYS_NO.test(stderr)) return undefined;
  const hint = `The user must be allowed to run /bin/sh as root with ${method}; \`${method} -l\` there shows what is allowed.`;
  return new HostError('refused', `${method} did not allow it: ${reason}`, { hint });
}
