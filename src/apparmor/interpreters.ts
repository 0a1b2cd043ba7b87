import { loadAssetData } from '../core/assets.ts';
import type { ByteText } from '../core/byte-text.ts';
import type { InterpretersFile } from './shipped-schema.ts';

const DATA = 'src/apparmor/interpreters.yaml';

/** Programs of one kind that run what they are given. */
export interface InterpreterKind {
  readonly id: string;
  readonly isShell: boolean;
  /** One of them, as a sentence names it. */
  readonly what: string;
  readonly why: string;
  /** Where packages install them, in any version: a pattern (AARE). */
  readonly pattern: ByteText;
}

type Kinds = InterpretersFile['interpreters'];

let loaded: Kinds | undefined;
let whyByName: ReadonlyMap<string, string> | undefined;

/** It ships with Freehold, and shipped-schema.test.ts holds it against its schema. */
function dataOf(): Kinds {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary of data that ships
  loaded ??= (loadAssetData(DATA) as InterpretersFile).interpreters;
  return loaded;
}

/** What {@link VERSION} is, as a pattern. */
const VERSIONS = '{,[0-9]*,-[0-9]*,.[0-9]*}';

/** All kinds, in the order of the data. */
export function interpreterKinds(): readonly InterpreterKind[] {
  return dataOf().map(({ names, isVersioned = false, isShell = false, ...kind }) => ({
    ...kind,
    isShell,
    pattern: `/{,usr/,usr/local/}bin/{${names.join(',')}}${isVersioned ? VERSIONS : ''}`,
  }));
}

/** `python3.11`, `perl5.36.0`, `ld-linux-x86-64.so.2`. */
const VERSION = /[-.]?\d[\d.]*$/;

/** Why letting a program be executed lets anything be executed; `undefined` for one that isn't known to run what it is given. */
export function whyInterpreter(path: ByteText): string | undefined {
  whyByName ??= new Map(dataOf().flatMap(({ why, names }) => names.map((name): [string, string] => [name, why])));
  const name = path.slice(path.lastIndexOf('/') + 1);
  return whyByName.get(name) ?? whyByName.get(name.replace(VERSION, ''));
}
