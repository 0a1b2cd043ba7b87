import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import { aspect } from './judge-entry.ts';
import type { ObservedKey, ObservedSource } from './state.ts';
import type { RepositoryWish } from './wish.ts';

/** The keys that may sign one source: whether they count at all, and whether the blueprint pins them. */
export function judgeKeyring(source: ObservedSource, wish: RepositoryWish): readonly Finding[] {
  return [judgeKeys(source), ...(wish.pinned.length === 0 ? [] : [judgePins(source, wish)])];
}

function judgeKeys(source: ObservedSource): Finding {
  const { keys, problems } = source.keyring;
  const faulty = keys.filter(({ fault }) => fault !== undefined);
  const isUseless = keys.length === faulty.length;
  const finding = {
    ...aspect(source, 'keys', isUseless ? 'medium' : 'low'),
    why: 'A key that has expired or was revoked vouches for nothing, and one that is too short can be forged.',
    expected: 'keys that are valid now, and long enough',
    observed: keys.map(({ fingerprint, path, fault }) => ({ fingerprint, path, fault: fault ?? null })),
    references: [{ source: 'apt-secure(8)', item: 'User configuration' }],
  };
  if (problems.length > 0) {
    const reason = problems.join('; ');
    return { ...finding, outcome: 'unknown', summary: `not all keys could be read: ${reason}`, reason };
  }
  if (keys.length === 0) {
    const instruction = 'Install the package with the keys of this repository, or fetch its key from its owner.';
    return { ...finding, outcome: 'fail', summary: 'there is no key for it', remedy: { kind: 'manual', instruction } };
  }
  if (faulty.length === 0) {
    const names = keys.map(({ fingerprint }) => fingerprint).join(', ');
    return { ...finding, outcome: 'pass', summary: `${plural(keys.length, 'key')} may sign it: ${names}` };
  }
  const summary = faulty.map((key) => describeFault(key)).join('; ');
  const instruction = 'Fetch the new key from the owner of the repository, and take the old one out.';
  return { ...finding, outcome: 'fail', summary, remedy: { kind: 'manual', instruction } };
}

function describeFault({ fingerprint, path, fault }: ObservedKey): string {
  return `${fingerprint} in ${path}: ${fault ?? ''}`;
}

/** Who may sign is decided on the machine, and this is whether the blueprint agrees. */
function judgePins(source: ObservedSource, { pinned }: RepositoryWish): Finding {
  const { keys, problems } = source.keyring;
  const strangers = keys.filter(({ fingerprint }) => !pinned.includes(fingerprint));
  const finding = {
    ...aspect(source, 'pinned', 'medium'),
    why: 'Whoever can write to the machine once can add a key, and sign for its packages from then on.',
    expected: pinned,
    observed: keys.map(({ fingerprint }) => fingerprint),
    references: [],
  };
  if (strangers.length > 0) {
    const names = strangers.map(({ fingerprint, path }) => `${fingerprint} in ${path}`).join(', ');
    const instruction = 'Take the key out, or pin it as integrity.trust.openpgp if you know whose it is.';
    const summary = `may be signed by ${plural(strangers.length, 'key')} that the blueprint doesn't pin: ${names}`;
    return { ...finding, outcome: 'fail', summary, remedy: { kind: 'manual', instruction } };
  }
  if (keys.length > 0 && problems.length === 0)
    return { ...finding, outcome: 'pass', summary: 'every key that may sign it is pinned' };
  const reason = problems.length > 0 ? problems.join('; ') : 'there is no key for it';
  return { ...finding, outcome: 'unknown', summary: reason, reason };
}
