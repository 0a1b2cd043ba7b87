import { FORMAT_VERSION } from './frame.ts';

export interface StarterOptions {
  readonly preset: string;
  /** What the machine says of itself; shown in comments and in the name, so never trusted. */
  readonly machine: { readonly hostname: string; readonly osName: string; readonly kernelRelease: string };
  /** The day it is written, `YYYY-MM-DD`. */
  readonly today: string;
  /** Why this preset, what was seen on the machine …: one paragraph each. */
  readonly notes: readonly string[];
  /** Where the JSON Schema lies that editors complete keys with. */
  readonly schemaPath?: string;
}

const WIDTH_CHARACTERS = 100;
const NAME_LIMIT_CHARACTERS = 100;
const DEFAULT_SCHEMA_PATH = 'freehold.schema.json';
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]+/gu;

/** A commented blueprint to start from; lines that start with `#` and no blank are examples to uncomment. */
export function starterBlueprint(options: StarterOptions): string {
  const { preset, machine, today, notes, schemaPath = DEFAULT_SCHEMA_PATH } = options;
  const hostname = oneLine(machine.hostname).slice(0, NAME_LIMIT_CHARACTERS);
  const about = `How ${hostname || 'this machine'} should be. Written by \`freehold init\` on ${oneLine(today)} for ${oneLine(machine.osName)}, kernel ${oneLine(machine.kernelRelease)}.`;
  return [
    `# yaml-language-server: $schema=${oneLine(schemaPath)}`,
    ...comment('With `freehold schema > freehold.schema.json` beside this file, editors complete and check keys.'),
    '#',
    ...comment(about),
    ...notes.flatMap((note) => ['#', ...comment(note)]),
    '#',
    ...comment(
      'Try it with `freehold audit`, see what would change with `freehold plan`; neither changes anything. Lines below that start with # and no blank are examples: take the # away to use them.',
    ),
    '',
    `version: ${FORMAT_VERSION}`,
    `name: ${JSON.stringify(hostname || 'this machine')}`,
    '',
    ...comment(
      'The preset to start from. What stands below goes on top of it; `freehold explain <key>` teaches each key.',
    ),
    `extends: ${preset}`,
    '',
    ...comment('Kernel parameters, boot parameters and modules.'),
    'kernel:',
    ...comment('Another value than the preset asks for, and why: reports show it.', INDENT),
    '  #sysctl:',
    '    #kernel.kptr_restrict:',
    '      #value: 2',
    '      #why: Kernel addresses stay hidden from root as well.',
    '',
    ...comment('`null` takes back what the preset asks for: this machine forwards packets for its containers.', INDENT),
    '    #net.ipv4.ip_forward: null',
    '',
    ...comment('A module that nothing on this machine needs.', INDENT),
    '  #modules:',
    '    #dccp: blocked',
    '',
    ...comment(
      'Deviations that somebody answers for. Each ends on a day, and is itself reported from then on. Reports show the ids of findings; * stands for anything up to the next slash, ** for anything.',
    ),
    'waivers:',
    '  #- finding: kernel/sysctl/kernel.unprivileged_bpf_disabled',
    '    #reason: The profiler of team A needs it until it is replaced.',
    '    #owner: Team A',
    `    #expires: ${nextJanuary(today)}`,
    '',
  ].join('\n');
}

const INDENT = '  ';

/** Prose as comment lines of readable width. */
function comment(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of oneLine(text).split(' ')) {
    if (line.length + 1 + word.length > WIDTH_CHARACTERS && line.length > indent.length + 1) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function oneLine(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ').replace(/\s+/g, ' ').trim();
}

const YEAR_DIGITS = 4;

/** The end of January of the next year: far enough to act, near enough to be seen. */
function nextJanuary(today: string): string {
  return `${Number(today.slice(0, YEAR_DIGITS)) + 1}-01-31`;
}
