import type { OtherProfile } from './exec.ts';
import type { ByteText } from '../../core/byte-text.ts';
import type { Dialect, Profile } from '../language/syntax.ts';
import type { SensitivePath } from '../sensitive-paths.ts';
import type { Abstraction } from './abstractions.ts';
import type { Measures } from './measures.ts';
import type { Observed } from './observations.ts';
import type { PatternEngine } from './pattern-engine.ts';
import type { Vocabulary } from './places.ts';

export interface LearnInput {
  /** Its label, as the kernel calls the profile. */
  readonly label: ByteText;
  /** The path of the program, where it is known. */
  readonly program: ByteText | undefined;
  /** What is there; `undefined` for a new profile. */
  readonly profile: Profile | undefined;
  readonly observed: Observed;
  readonly abstractions: readonly Abstraction[];
  /** The other profile that is for a program. */
  readonly profileFor: (path: ByteText) => OtherProfile | undefined;
  readonly engine: PatternEngine;
  readonly sensitivePaths: readonly SensitivePath[];
  readonly measures: Measures;
  readonly vocabulary: Vocabulary;
  readonly dialect: Dialect;
  /** Programs that may be executed under the same rules, by a person's word. */
  readonly allowedExecs: ReadonlySet<ByteText>;
  /** Ids of sensitive paths that may be learned, by a person's word. */
  readonly allowedSensitive: ReadonlySet<string>;
}
