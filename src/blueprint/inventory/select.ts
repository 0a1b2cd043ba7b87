import { nearestName } from '../../core/nearest-name.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { quote, showName } from '../quote.ts';
import { compileGlob } from './glob.ts';
import { isHostWord } from './host-words.ts';
import type { Inventory, InventoryHost } from './inventory.ts';
import { PATTERN_LIMIT, PATTERN_LIMIT_CHARACTERS } from './limits.ts';
import { compileRegex } from './regex.ts';
import { RegexError } from './regex-syntax.ts';
import { ALL, UNGROUPED } from './roster.ts';

export interface Selection {
  /** Each once; patterns from left to right, hosts in the inventory's order. */
  readonly hosts: readonly InventoryHost[];
  /** Patterns that select nothing, or can't be read: none is passed over in silence. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A pattern followed by `[0]`, `[-1]`, `[2:5]`, `[2:]`. */
const WITH_SUBSCRIPT = /^(.+)\[(?:(-?[0-9]{1,9})|([0-9]{1,9})([:-])([0-9]{0,9}))\]$/s;
/** What stands between colons, brackets kept whole. */
const BETWEEN_COLONS = /(?:[^\s:[\]]|\[[^\]]*\])+/g;

/**
 * The hosts that patterns select, as Ansible reads them
 * (https://docs.ansible.com/ansible/latest/inventory_guide/intro_patterns.html): first all plain patterns, then those that begin
 * with &, then those that begin with !, whatever order they are written in. For `@file` see
 * `readPatternFiles`.
 */
export function selectHosts(inventory: Inventory, patterns: readonly string[]): Selection {
  return new Selector(inventory).select(patterns);
}

class PatternError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

class Selector {
  readonly #inventory: Inventory;
  readonly #byName: ReadonlyMap<string, InventoryHost>;
  readonly #groups: readonly string[];
  readonly #diagnostics: Diagnostic[] = [];

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#byName = new Map(inventory.hosts.map((host) => [host.name, host]));
    this.#groups = [ALL, UNGROUPED, ...inventory.groups.map(({ name }) => name)];
  }

  select(written: readonly string[]): Selection {
    const patterns = written.flatMap(splitPatterns);
    if (patterns.length > PATTERN_LIMIT) {
      const message = `A selection may have ${String(PATTERN_LIMIT)} patterns; this one has ${String(patterns.length)}.`;
      return { hosts: [], diagnostics: [diagnosticOf(new PatternError('too-large', message))] };
    }
    const plain = patterns.filter((one) => !/^[&!]/.test(one));
    const hosts = new Set<InventoryHost>();
    for (const pattern of plain.length === 0 ? [ALL] : plain) {
      for (const host of this.#matching(pattern)) hosts.add(host);
    }
    for (const pattern of patterns.filter((one) => one.startsWith('&'))) {
      const kept = new Set(this.#matching(pattern.slice(1)));
      for (const host of hosts) if (!kept.has(host)) hosts.delete(host);
    }
    for (const pattern of patterns.filter((one) => one.startsWith('!'))) {
      for (const host of this.#matching(pattern.slice(1))) hosts.delete(host);
    }
    if (hosts.size === 0 && this.#diagnostics.length === 0) this.#tellOfNone(patterns);
    return { hosts: [...hosts], diagnostics: this.#diagnostics };
  }

  #matching(pattern: string): readonly InventoryHost[] {
    try {
      return this.#match(pattern);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      this.#diagnostics.push(diagnosticOf(error));
      return [];
    }
  }

  #match(pattern: string): readonly InventoryHost[] {
    if (pattern.length > PATTERN_LIMIT_CHARACTERS) {
      throw new PatternError(
        'too-large',
        `A pattern has at most ${String(PATTERN_LIMIT_CHARACTERS)} characters; ${quote(pattern)} has more.`,
      );
    }
    const host = this.#byName.get(pattern);
    if (host !== undefined) return [host];
    const subscript = pattern.startsWith('~') ? null : WITH_SUBSCRIPT.exec(pattern);
    const hosts = this.#matchName(subscript?.[1] ?? pattern);
    return subscript === null ? hosts : subscripted(hosts, pattern, subscript);
  }

  /** Groups by name first; hosts too where no group fits, or the pattern can fit several. */
  #matchName(pattern: string): readonly InventoryHost[] {
    const fits = matcherOf(pattern);
    const groups = this.#groups.filter(fits);
    const found = new Set(this.#inventory.hostsOf(groups));
    if (groups.length === 0 || pattern.startsWith('~') || /[.?*[]/.test(pattern)) {
      for (const host of this.#inventory.hosts) if (fits(host.name)) found.add(host);
    }
    if (found.size > 0) return [...found];
    if (groups.length > 0) {
      const names = groups.map((name) => showName(name)).join(', ');
      throw new PatternError(
        'empty-selection',
        `No host is in ${groups.length === 1 ? 'the group' : 'the groups'} ${names}.`,
      );
    }
    const nearest = nearestName(pattern, [...this.#groups, ...this.#byName.keys()]);
    const known = this.#groups.slice(2);
    const shown =
      known.length === 0
        ? undefined
        : `Groups are ${known
            .slice(0, SHOWN_GROUPS)
            .map((name) => showName(name))
            .join(', ')}${known.length > SHOWN_GROUPS ? ', …' : ''}.`;
    const isThisMachine = LOCAL_NAMES.includes(pattern);
    const hint = isThisMachine
      ? 'The machine itself has the address local.'
      : nearest === undefined
        ? shown
        : `Did you mean ${showName(nearest)}?`;
    throw new PatternError('empty-selection', `No host and no group is called ${quote(pattern)}.`, hint);
  }

  #tellOfNone(patterns: readonly string[]): void {
    const message =
      this.#inventory.hosts.length === 0
        ? 'The inventory has no hosts.'
        : `No host is left of ${quote(patterns.join(','))}: what is kept by & and left out by ! leaves none.`;
    this.#diagnostics.push(diagnosticOf(new PatternError('empty-selection', message)));
  }
}

const SHOWN_GROUPS = 10;
/** Ansible makes up a host for these where the inventory has none. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];

function diagnosticOf({ code, message, hint }: PatternError): Diagnostic {
  return { code: `inventory/${code}`, level: 'error', message, ...(hint !== undefined && { hint }) };
}

/** Commas part patterns, else colons do, unless the word is one host with a port, a range or an IPv6 address. */
function splitPatterns(written: string): readonly string[] {
  const parts = written.includes(',')
    ? written.split(',')
    : isHostWord(written)
      ? [written]
      : written.match(BETWEEN_COLONS);
  return (parts ?? []).map((part) => part.trim()).filter((part) => part !== '' && part !== '&' && part !== '!');
}

function matcherOf(pattern: string): (name: string) => boolean {
  if (!pattern.startsWith('~')) return compileGlob(pattern);
  try {
    return compileRegex(pattern.slice(1));
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const message = `The regular expression ${quote(pattern.slice(1))} can't be used: ${error.message}.`;
    throw new PatternError('invalid-pattern', message);
  }
}

function subscripted(
  hosts: readonly InventoryHost[],
  pattern: string,
  [, , single, from, separator, to]: RegExpExecArray,
): readonly InventoryHost[] {
  if (separator === '-') {
    throw new PatternError('invalid-pattern', `${quote(pattern)} is no pattern.`, `Write [${from ?? ''}:${to ?? ''}].`);
  }
  const found =
    single === undefined
      ? hosts.slice(Number(from), to === '' || to === undefined ? undefined : Number(to) + 1)
      : [hosts.at(Number(single))].filter((host) => host !== undefined);
  if (found.length > 0) return found;
  const count = `${String(hosts.length)} ${hosts.length === 1 ? 'host' : 'hosts'}`;
  throw new PatternError('empty-selection', `${quote(pattern)} selects none of ${count}; they are counted from 0.`);
}
