import type { Facts } from '../host.ts';
import { BadField, Fields } from './fields.ts';
import { FACT_LIMIT_CHARACTERS } from './limits.ts';
import { parseJson } from './line.ts';

/** The first line of a recording's text: when, with what, and of which machine it was made. */
export interface Head {
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
  /** `freehold 1.2.3` */
  readonly tool: string;
  /** As of the host that was recorded; its address is the one it was reached by. */
  readonly facts: RecordedFacts;
}

export type RecordedFacts = Omit<Facts, 'recordedAt'>;

export function encodeHead({ recordedAt, tool, facts }: Head): string {
  const { address, hostname, os, osVersion, osName, kernelRelease, architecture, isRoot, container, isRunning } = facts;
  const texts = { address, hostname, os, osVersion, osName, kernelRelease, architecture };
  return JSON.stringify({ recordedAt, tool, facts: { ...texts, isRoot, container, isRunning } });
}

/** Reads what {@link encodeHead} writes; throws {@link BadField} for all else. */
export function decodeHead(line: string): Head {
  const fields = new Fields(parseJson(line));
  const facts = new Fields(fields.get('facts'));
  const text = (name: string): string => shortText(facts, name);
  const head: Head = {
    recordedAt: timeOf(fields),
    tool: shortText(fields, 'tool'),
    facts: {
      address: text('address'),
      hostname: text('hostname'),
      os: text('os'),
      osVersion: text('osVersion'),
      osName: text('osName'),
      kernelRelease: text('kernelRelease'),
      architecture: text('architecture'),
      isRoot: facts.flag('isRoot'),
      container: facts.get('container') === null ? null : text('container'),
      isRunning: facts.flag('isRunning'),
    },
  };
  if (encodeHead(head) !== line) throw new BadField('it is not spelled as Freehold spells it');
  return head;
}

/** Facts as they fit into a recording: a machine may call itself anything. */
export function recordableFacts(facts: Facts): RecordedFacts {
  const cut = (text: string): string => text.slice(0, FACT_LIMIT_CHARACTERS).toWellFormed();
  return {
    address: cut(facts.address),
    hostname: cut(facts.hostname),
    os: cut(facts.os),
    osVersion: cut(facts.osVersion),
    osName: cut(facts.osName),
    kernelRelease: cut(facts.kernelRelease),
    architecture: cut(facts.architecture),
    isRoot: facts.isRoot,
    container: facts.container === null ? null : cut(facts.container),
    isRunning: facts.isRunning,
  };
}

function shortText(fields: Fields, name: string): string {
  const text = fields.text(name);
  if (text.length <= FACT_LIMIT_CHARACTERS) return text;
  throw new BadField(`"${name}" must have at most ${String(FACT_LIMIT_CHARACTERS)} characters`);
}

function timeOf(fields: Fields): string {
  const text = fields.text('recordedAt');
  const time = new Date(text);
  if (!Number.isNaN(time.getTime()) && time.toISOString() === text) return text;
  throw new BadField('"recordedAt" must be a time in UTC such as 2026-11-23T21:40:12.000Z');
}
