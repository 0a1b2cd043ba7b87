import { type ByteText, compareBytes } from '../../../core/byte-text.ts';
import type { CompiledPolicy, CompiledProfile } from '../profile.ts';
import type { ProfileGrant } from './beyond.ts';
import { profileBeyond, topOf } from './profiles.ts';

/** Exactly what policy A grants beyond policy B, each with a shortest example; none is a proof that there is nothing. */
export function grantedBeyond(a: CompiledPolicy, b: CompiledPolicy): readonly ProfileGrant[] {
  const counterpart = counterparts(a.profiles, b.profiles);
  return b.profiles
    .toSorted((one, other) => compareBytes(one.name, other.name))
    .flatMap((ofB): readonly ProfileGrant[] => {
      const ofA = counterpart(ofB);
      if (ofA !== undefined) return profileBeyond(ofA, ofB).map((grant) => ({ profile: ofB.name, grant }));
      // A child is come into from its parent alone, whose ways of execution are compared.
      return isTop(ofB) ? [{ profile: ofB.name, grant: { kind: 'missing-profile' } }] : [];
    });
}

function isTop({ name }: CompiledProfile): boolean {
  return topOf(name) === name;
}

/** By name; a file with one profile may call it otherwise, and its children with it. */
function counterparts(
  a: readonly CompiledProfile[],
  b: readonly CompiledProfile[],
): (ofB: CompiledProfile) => CompiledProfile | undefined {
  const byName = new Map(a.map((profile) => [keyOf(profile, profile.name), profile]));
  const names = (profiles: readonly CompiledProfile[]): ReadonlySet<ByteText> =>
    new Set(profiles.filter(isTop).map(({ name }) => name));
  const [namesA, namesB] = [names(a), names(b)];
  const onlyInA = [...namesA].filter((name) => !namesB.has(name));
  const onlyInB = [...namesB].filter((name) => !namesA.has(name));
  const [renamed, called] = [onlyInA[0], onlyInB[0]];
  const isRenamed = onlyInA.length === 1 && onlyInB.length === 1 && renamed !== undefined && called !== undefined;
  return (ofB) => {
    const name = isRenamed && topOf(ofB.name) === called ? renamed + ofB.name.slice(called.length) : ofB.name;
    return byName.get(keyOf(ofB, name));
  };
}

function keyOf({ namespace = '' }: CompiledProfile, name: ByteText): string {
  return `${namespace}\0${name}`;
}
