import { quote } from '../quote.ts';
import { splitWords } from './shell-words.ts';

/** What is used of the ssh options that an inventory asks for. */
export interface SshArguments {
  /** Word by word, to stand before the host. */
  readonly words: readonly string[];
  readonly user: string | undefined;
  readonly port: string | undefined;
  /** Options that are not used although somebody may count on them, each with the reason. */
  readonly dropped: readonly { readonly option: string; readonly reason: string }[];
}

export type ReadSshArguments =
  { readonly kind: 'arguments'; readonly value: SshArguments } | { readonly kind: 'wrong'; readonly reason: string };

/** ssh(1), getopt string of OpenSSH 9: the flags, and the flags that a value follows. */
const FLAGS = '1246afgknqstvxyACGKMNTVXY';
const FLAGS_WITH_VALUE = 'bceilmopBDEFIJLOPQRSWw';
const USED_FLAGS = '46aCk';
const USED_WITH_VALUE = 'bcimBFIJ';
/** Without a word: they change how much is said, or what Freehold asks for itself. */
const QUIETLY_DROPPED_FLAGS = 'nqtvxT';

const CONTROL_CHARACTER = /[\0-\x1f\x7f]/;
const HOST_KEYS = 'host keys are always checked against known_hosts';
const FORWARDING = 'nothing is forwarded to or from the machine';
const SESSION = 'Freehold runs its own shell there';
/** Options of ssh_config(5) that don't go through, and why; those without a reason go quietly: Freehold sets its own. */
const DROPPED: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>([
  ...['stricthostkeychecking', 'userknownhostsfile', 'globalknownhostsfile', 'nohostauthenticationforlocalhost'].map(
    (name) => [name, HOST_KEYS] as const,
  ),
  ...['knownhostscommand', 'verifyhostkeydns', 'checkhostip', 'updatehostkeys'].map(
    (name) => [name, HOST_KEYS] as const,
  ),
  ...['forwardagent', 'forwardx11', 'forwardx11trusted', 'localforward', 'remoteforward', 'dynamicforward'].map(
    (name) => [name, FORWARDING] as const,
  ),
  ...['tunnel', 'gssapidelegatecredentials'].map((name) => [name, FORWARDING] as const),
  ...['remotecommand', 'permitlocalcommand', 'localcommand', 'sessiontype', 'forkafterauthentication'].map(
    (name) => [name, SESSION] as const,
  ),
  ...[
    'batchmode',
    'loglevel',
    'connecttimeout',
    'connectionattempts',
    'serveraliveinterval',
    'serveralivecountmax',
  ].map((name) => [name, undefined] as const),
  ...['controlmaster', 'controlpath', 'controlpersist', 'requesttty', 'stdinnull', 'escapechar', 'tcpkeepalive'].map(
    (name) => [name, undefined] as const,
  ),
]);

/**
 * Reads ansible_ssh_common_args and its like: cut into words as Ansible does, then as ssh(1) reads its command line. An inventory is
 * trusted like ssh_config(5): a ProxyCommand in it runs here. What would weaken the check of host keys, or open a way from the
 * machine to here, is left out.
 */
export function readSshArguments(text: string): ReadSshArguments {
  const split = splitWords(text, { comments: false });
  if (split.kind === 'unfinished') return { kind: 'wrong', reason: split.reason };
  const reader = new ArgumentsReader(split.words.map((word) => word.text));
  const reason = reader.read();
  return reason === undefined ? { kind: 'arguments', value: reader } : { kind: 'wrong', reason };
}

class ArgumentsReader implements SshArguments {
  readonly words: string[] = [];
  readonly dropped: { option: string; reason: string }[] = [];
  user: string | undefined;
  port: string | undefined;
  readonly #input: readonly string[];
  #at = 0;

  constructor(input: readonly string[]) {
    this.#input = input;
  }

  /** Answers why the words can't be used, if so. */
  read(): string | undefined {
    for (; this.#at < this.#input.length; this.#at += 1) {
      const word = this.#input[this.#at] ?? '';
      if (!word.startsWith('-') || word === '-' || word === '--') {
        return `${quote(word)} is no option of ssh, and would be taken for a host or a command`;
      }
      const reason = this.#cluster(word);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** `-4C`, `-p22`, `-p 22`. */
  #cluster(word: string): string | undefined {
    for (let at = 1; at < word.length; at += 1) {
      const flag = word[at] ?? '';
      if (FLAGS.includes(flag)) {
        this.#flag(flag);
        continue;
      }
      if (!FLAGS_WITH_VALUE.includes(flag)) return `ssh has no option -${flag}`;
      let value = word.slice(at + 1);
      if (value === '') {
        this.#at += 1;
        value = this.#input[this.#at] ?? '';
      }
      if (value === '') return `a value is missing after -${flag}`;
      if (CONTROL_CHARACTER.test(value)) return `a control character stands after -${flag}`;
      return this.#valued(flag, value);
    }
    return undefined;
  }

  #flag(flag: string): void {
    if (USED_FLAGS.includes(flag)) this.words.push(`-${flag}`);
    else if (!QUIETLY_DROPPED_FLAGS.includes(flag)) {
      this.dropped.push({ option: `-${flag}`, reason: 'AKXY'.includes(flag) ? FORWARDING : SESSION });
    }
  }

  #valued(flag: string, value: string): string | undefined {
    if (flag === 'o') return this.#option(value);
    if (flag === 'l') this.user ??= value;
    else if (flag === 'p') this.port ??= value;
    else if (USED_WITH_VALUE.includes(flag)) this.words.push(`-${flag}`, value);
    else this.dropped.push({ option: `-${flag}`, reason: 'DLRWw'.includes(flag) ? FORWARDING : SESSION });
    return undefined;
  }

  /** `-o Name=value` or `-o "Name value"`; names are the same in upper and lower case (ssh_config(5)). */
  #option(text: string): string | undefined {
    const match = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(\S.*)$/s.exec(text);
    if (match === null) return `${quote(text)} after -o is not Name=value`;
    const [, name = '', value = ''] = match;
    const key = name.toLowerCase();
    if (key === 'user') this.user ??= value.trim();
    else if (key === 'port') this.port ??= value.trim();
    else if (DROPPED.has(key)) {
      const reason = DROPPED.get(key);
      const isStrict = key === 'stricthostkeychecking' && /^(?:yes|true)\s*$/i.test(value);
      if (reason !== undefined && !isStrict) this.dropped.push({ option: name, reason });
    } else this.words.push('-o', `${name}=${value}`);
    return undefined;
  }
}
