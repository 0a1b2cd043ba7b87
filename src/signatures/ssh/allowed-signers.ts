import type { Diagnostic } from '../../core/diagnostic.ts';
import { shown } from '../shown.ts';
import type { TrustPolicy } from '../trust.ts';
import { isCertificateType } from './certificate.ts';
import { parseSignerOptions, type SignerOptions } from './signer-options.ts';
import { parseKeyLine } from './public-key.ts';

type Pin = TrustPolicy['ssh'][number];

export interface AllowedSigners {
  readonly pins: readonly Pin[];
  readonly diagnostics: readonly Diagnostic[];
}

const LIMIT_CHARACTERS = 4 * 2 ** 20;

/** What may be signed where the line doesn't say: `ssh-keygen -Y verify` asks its caller, and files are what is verified here. */
const DEFAULT_NAMESPACES: readonly string[] = ['file'];

/** A token in quotes or without, by strdelimw() of OpenSSH; then what follows. */
const PRINCIPALS = /^(?:"(?<quoted>[^"]*)"|(?<bare>[^\s"]+))[ \t]+(?<rest>\S.*)$/;
/** Options end at a blank outside quotes; `\"` within them is no end. */
const OPTIONS = /^(?<options>(?:[^\s"]|"(?:[^"\\]|\\.)*")+)[ \t]+(?<rest>\S.*)$/;

/** The length of its type's name makes every key begin with three zeros. */
const KEY_OF_ANY_KIND = /^\S+[ \t]+AAAA/;

/**
 * A file of ssh-keygen(1) ALLOWED SIGNERS as pins, and an error for each line that can't be one. A moment without `Z` is one of
 * this machine's time zone, as it is for ssh-keygen.
 */
export function parseAllowedSigners(text: string, path = 'allowed_signers'): AllowedSigners {
  if (text.length > LIMIT_CHARACTERS)
    return { pins: [], diagnostics: [error(`it has more than ${LIMIT_CHARACTERS} characters`, { path })] };
  const pins: Pin[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const pin = parseLine(content);
    if (typeof pin === 'string') diagnostics.push(error(pin, { path, line: index + 1, excerpt: shown(content) }));
    else pins.push(pin);
  }
  return { pins, diagnostics };
}

function error(message: string, where: NonNullable<Diagnostic['where']>): Diagnostic {
  return {
    code: 'integrity/allowed-signers',
    level: 'error',
    message,
    where,
    hint: 'A line is: principals [options] key-type key. See ssh-keygen(1), ALLOWED SIGNERS.',
  };
}

/** A pin, or why the line is none. */
function parseLine(content: string): Pin | string {
  const groups = PRINCIPALS.exec(content)?.groups;
  const principal = groups?.['quoted'] ?? groups?.['bare'] ?? '';
  const rest = groups?.['rest'] ?? '';
  if (principal === '') return 'it does not begin with principals and a blank';
  const bare = keyOf(rest);
  if (bare !== undefined) return pinOf(principal, bare, {});
  if (KEY_OF_ANY_KIND.test(rest)) return keyProblem(rest);
  const split = OPTIONS.exec(rest)?.groups;
  const key = keyOf(split?.['rest'] ?? '');
  if (key === undefined) return keyProblem(split?.['rest'] ?? rest);
  const options = parseSignerOptions(split?.['options'] ?? '');
  return typeof options === 'string' ? options : pinOf(principal, key, options);
}

function pinOf(principal: string, key: string, options: SignerOptions): Pin {
  const { namespaces, isAuthority = false, validAfter, validBefore } = options;
  return {
    key,
    principal,
    namespaces: [...(namespaces ?? DEFAULT_NAMESPACES)],
    isAuthority,
    ...(validAfter !== undefined && { validAfter: validAfter.toISOString() }),
    ...(validBefore !== undefined && { validBefore: validBefore.toISOString() }),
  };
}

/** Type and base64 of the key that stands here, without its comment. */
function keyOf(text: string): string | undefined {
  if (parseKeyLine(text) === undefined) return undefined;
  return text.split(/[ \t]+/, 2).join(' ');
}

function keyProblem(text: string): string {
  const type = text.split(/[ \t]+/, 1)[0] ?? '';
  if (isCertificateType(type))
    return 'a certificate can’t be pinned: pin the key of its authority, with cert-authority';
  return `there is no key of a known kind: “${shown(type)}”`;
}
