/** The policy that the kernel is asked about: small profiles of every kind of rule, and the LibreOffice that ships. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabMachine } from '../machine.ts';

const PRESETS = join(import.meta.dirname, '..', '..', '..', 'presets', 'apparmor');
const QUESTIONS = join(import.meta.dirname, 'profiles');
const SETTINGS = 'freehold.xcd';
const FOLDER = '/etc/apparmor.d';

/** As the kernel names them; `//` leads to a child or a hat. */
export const LABELS = [
  'libreoffice-oosplash',
  'libreoffice-senddoc',
  'libreoffice-soffice',
  'libreoffice-xpdfimport',
  'questions-audit',
  'questions-complain',
  'questions-exec',
  'questions-exec//child',
  'questions-exec//hat',
  'questions-globs',
  'questions-links',
];

/** Puts the profiles that ship into the machine, as docs/confinement/libreoffice.md says, and loads them. */
export function installLibreOffice(machine: LabMachine): void {
  for (const path of presetFiles()) put(machine, join(PRESETS, path), `${FOLDER}/${path}`);
  put(machine, join(PRESETS, '..', 'libreoffice', SETTINGS), `/usr/lib/libreoffice/share/registry/${SETTINGS}`);
  machine.sh(`
cd ${FOLDER}
for file in usr.lib.libreoffice.program.*; do ln -sf "../$file" disable/; done
apparmor_parser -r ${FOLDER}/freehold-libreoffice`);
}

/** Loads everything that {@link LABELS} names. */
export function installQuestions(machine: LabMachine): void {
  installLibreOffice(machine);
  put(machine, QUESTIONS, `${FOLDER}/questions`);
  machine.sh(`apparmor_parser -r ${FOLDER}/questions`);
}

/** The texts that the profiles are made of, to take paths from. */
export function policyTexts(): readonly string[] {
  return [...presetFiles().map((path) => join(PRESETS, path)), QUESTIONS].map((path) => readFileSync(path, 'utf8'));
}

/** What apparmor_parser(8) gives to this machine's kernel for all of it, and the same as one text without includes. */
export function compiledIn(machine: LabMachine): { readonly policy: Buffer; readonly source: string } {
  const files = `${FOLDER}/freehold-libreoffice ${FOLDER}/questions`;
  const policy = machine.sh(`for file in ${files}; do apparmor_parser -Q -K -S "$file"; done | base64 -w 0`);
  const source = machine.sh(`for file in ${files}; do apparmor_parser -p "$file"; done`);
  return { policy: Buffer.from(policy, 'base64'), source };
}

function presetFiles(): readonly string[] {
  return globSync('**/freehold-*', { cwd: PRESETS }).sort();
}

function put(machine: LabMachine, from: string, to: string): void {
  machine.sh(`mkdir -p "$(dirname ${to})"; cat >${to} <<'END'\n${readFileSync(from, 'utf8')}END`);
}
