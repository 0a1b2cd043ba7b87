import { readAsset } from '../../core/assets.ts';
import { quote, quoteAll } from './quote.ts';

/** System folders first: a program of the same name elsewhere must not run instead, least of all as root. */
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The first that a shell is told: messages in one language, programs from known places, the functions that questions
 * are made of. Its answer is one frame `hello`, with all that the login shell said before, and one frame `ready` that
 * names the programs that are missing.
 */
export function greeting(mark: string): string {
  return [
    'LC_ALL=C; export LC_ALL',
    `PATH=${SYSTEM_PATH}\${PATH:+:$PATH}; export PATH`,
    'cd /',
    `mark=${quote(mark)}`,
    readAsset('src/host/shell/library.sh'),
    'greet',
    '',
  ].join('\n');
}

/** Becomes another user; what follows on standard input must wait for the frame `elevated`. */
export function elevation(mark: string, argv: readonly string[]): string {
  const shell = `printf '%s' ${quote(`${mark} 0 elevated\n`)}; exec /bin/sh`;
  return `exec ${quoteAll([...argv, '/bin/sh', '-c', shell])}\n`;
}
