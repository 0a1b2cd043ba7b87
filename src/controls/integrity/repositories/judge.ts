import type { Finding } from '../../../core/finding.ts';
import { judgeEntry } from './judge-entry.ts';
import { judgeKeyring } from './judge-keyring.ts';
import { judgeRelease } from './judge-release.ts';
import { judgeSettings } from './judge-settings.ts';
import type { ObservedSource, RepositoriesState } from './state.ts';
import type { RepositoryWish } from './wish.ts';

/** One finding for each source and aspect, for each setting that guards all of them, and for what could not be read. */
export function judgeRepositories(state: RepositoriesState, wish: RepositoryWish): Finding[] {
  if (state.kind === 'no-apt') return [noApt(state.reason)];
  const sources = state.sources.filter(({ entry }) => !wish.without.some((prefix) => entry.uri.startsWith(prefix)));
  return [
    ...judgeSettings(state.settings),
    ...state.problems.map(({ where, message }): Finding => {
      const place = where.line === undefined ? where.path : `${where.path}:${String(where.line)}`;
      return {
        id: `integrity/repositories/unread/${place}`,
        outcome: 'unknown',
        severity: 'medium',
        title: `Configuration of apt in ${where.path}`,
        summary: message,
        why: 'What could not be read may allow what nobody wants.',
        expected: 'a file that apt understands',
        observed: null,
        reason: message,
        where,
        references: [{ source: 'sources.list(5)', item: 'Description' }],
      };
    }),
    ...sources.flatMap((source) => judgeSource(source, state, wish)),
  ];
}

function judgeSource(
  source: ObservedSource,
  state: Extract<RepositoriesState, { kind: 'apt' }>,
  wish: RepositoryWish,
): readonly Finding[] {
  return [...judgeEntry(source, wish), ...judgeKeyring(source, wish), ...judgeRelease(source, state, wish)];
}

function noApt(reason: string): Finding {
  return {
    id: 'integrity/repositories',
    outcome: 'not-applicable',
    severity: 'medium',
    title: 'Repositories of apt',
    summary: reason,
    why: 'Whoever signs for packages decides what runs here as root.',
    expected: 'repositories with pinned keys',
    observed: null,
    reason,
    references: [],
  };
}
