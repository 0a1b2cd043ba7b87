import { quoted } from '../printable.ts';

/** A line of a requirements file, taken apart. */
export type OptionLine =
  | {
      readonly kind: 'line';
      /** What stands before the options; empty if there is nothing. */
      readonly requirement: string;
      /** The values of `-e`, `-r` and `-c`, in their order. */
      readonly editables: readonly string[];
      readonly requirements: readonly string[];
      readonly constraints: readonly string[];
    }
  | { readonly kind: 'problem'; readonly message: string };

/** `SUPPORTED_OPTIONS` and `SUPPORTED_OPTIONS_REQ` of pip, and those that older ones had. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '-C',
  '-c',
  '-e',
  '-f',
  '-i',
  '-r',
  '--all-releases',
  '--config-settings',
  '--constraint',
  '--editable',
  '--extra-index-url',
  '--find-links',
  '--global-option',
  '--hash',
  '--index-url',
  '--install-option',
  '--no-binary',
  '--only-binary',
  '--only-final',
  '--pypi-url',
  '--requirement',
  '--trusted-host',
  '--use-feature',
]);
const WITHOUT_VALUE: ReadonlySet<string> = new Set([
  '--no-index',
  '--no-require-hashes',
  '--pre',
  '--prefer-binary',
  '--require-hashes',
]);
const LONG_NAMES = [...WITH_VALUE, ...WITHOUT_VALUE].filter((name) => name.startsWith('--'));
const SHORT_LENGTH = 2;

/**
 * Takes a line apart as `break_args_options`, `shlex.split` and `optparse` do.
 *
 * https://github.com/pypa/pip, src/pip/_internal/req/req_file.py; a long name may be cut short as long as it is one only, and
 * further words between the options are ignored.
 */
export function parseOptionLine(text: string): OptionLine {
  const words = text.split(' ');
  const start = words.findIndex((word) => word.startsWith('-'));
  const requirement = (start === -1 ? words : words.slice(0, start)).join(' ').trim();
  const options = start === -1 ? [] : splitShellWords(words.slice(start).join(' '));
  if (options === undefined) return { kind: 'problem', message: 'a quotation mark is not closed' };
  const [editables, requirements, constraints]: [string[], string[], string[]] = [[], [], []];
  for (let index = 0; index < options.length; index += 1) {
    const word = options[index] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-') || word === '-') continue;
    const { name, value } = readOption(word);
    const takesValue = WITH_VALUE.has(name);
    if (!takesValue && (value !== undefined || !WITHOUT_VALUE.has(name))) {
      return { kind: 'problem', message: `${quoted(word)} is not an option that pip has in such a file` };
    }
    if (!takesValue) continue;
    if (value === undefined) index += 1;
    const given = value ?? options[index];
    if (given === undefined) return { kind: 'problem', message: `the option ${name} has no value` };
    if (name === '-e' || name === '--editable') editables.push(given);
    else if (name === '-r' || name === '--requirement') requirements.push(given);
    else if (name === '-c' || name === '--constraint') constraints.push(given);
  }
  return { kind: 'line', requirement, editables, requirements, constraints };
}

/** `--name`, `--name=value`, `-n` or `-nvalue`; a name that is none is returned as it is. */
function readOption(word: string): { readonly name: string; readonly value: string | undefined } {
  if (!word.startsWith('--')) {
    const value = word.slice(SHORT_LENGTH);
    return { name: word.slice(0, SHORT_LENGTH), value: value === '' ? undefined : value };
  }
  const equals = word.indexOf('=');
  const written = equals === -1 ? word : word.slice(0, equals);
  const [name = written, ...others] = LONG_NAMES.filter((one) => one.startsWith(written));
  const isOne = LONG_NAMES.includes(written) || others.length > 0;
  return { name: isOne ? written : name, value: equals === -1 ? undefined : word.slice(equals + 1) };
}

/** `shlex.split`: quotation marks keep blanks together, a backslash takes the next character as it is. */
function splitShellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (character === quote) quote = '';
    else if (character === '\\' && (quote === '' || (quote === '"' && (next === '"' || next === '\\')))) {
      if (next === '') return undefined;
      word = (word ?? '') + next;
      index += 1;
    } else if (quote !== '') word += character;
    else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
