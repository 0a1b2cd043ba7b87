import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { parsePolicy, type ParseOptions } from '../../src/apparmor/language/parse-policy.ts';
import { localPolicyTree } from '../../src/confinement/policy-tree.ts';
import { type ApparmorSource, apparmorSource } from './apparmor-source.ts';

/** Less is a step back; each difference is told. */
const LEAST_SHARE = 0.99;

interface Header {
  readonly isGood: boolean;
  /** The parser gives the other verdict today (parser/tst/simple.pl). */
  readonly isTodo: boolean;
  readonly isDisabled: boolean;
}

function headerOf(text: string): Header {
  const header = { isGood: true, isTodo: false, isDisabled: false };
  for (const line of text.split('\n')) {
    const result = /^#=EXRESULT\s*(\w+)/.exec(line);
    if (result !== null) header.isGood = result[1] === 'PASS';
    if (line.startsWith('#=TODO')) header.isTodo = true;
    if (line.startsWith('#=DISABLED')) header.isDisabled = true;
  }
  return header;
}

function firstError(path: string, options: ParseOptions): string | undefined {
  const error = parsePolicy(path, localPolicyTree(), options).diagnostics.find(({ level }) => level === 'error');
  return error === undefined ? undefined : `${error.where?.path ?? ''}:${String(error.where?.line)} ${error.message}`;
}

/** Folders of whole profiles, by the layout of each version. */
function profileFolders({ folder }: ApparmorSource): string[] {
  return ['profiles/apparmor.d', 'profiles/apparmor/profiles/extras']
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

const source = apparmorSource();
const known = typeof source === 'string' ? undefined : source;
const skip = typeof source === 'string' ? source : false;

suite("the policy language, judged by AppArmor's own sources", { skip }, () => {
  test('the verdicts of parser/tst/simple_tests', (context) => {
    assert(known !== undefined);
    const folder = join(known.folder, 'parser', 'tst');
    const options: ParseOptions = {
      dialect: known.dialect,
      includeFolders: [join(folder, 'simple_tests')],
      base: join(known.folder, 'profiles', 'apparmor.d'),
      workingFolder: folder,
    };
    const differences: string[] = [];
    const counts = { right: 0, all: 0, asParser: 0, todo: 0, disabled: 0 };
    for (const name of globSync('simple_tests/**/*.sd', { cwd: folder }).sort()) {
      const path = join(folder, name);
      const { isGood, isTodo, isDisabled } = headerOf(readFileSync(path, 'latin1'));
      if (isDisabled) {
        counts.disabled += 1;
        continue;
      }
      const error = firstError(path, options);
      const isRight = (error === undefined) === isGood;
      if (isTodo) {
        counts.todo += 1;
        if (!isRight) counts.asParser += 1;
        continue;
      }
      counts.all += 1;
      if (isRight) counts.right += 1;
      else differences.push(`${name}: ${error ?? 'taken, but is to be refused'}`);
    }
    context.diagnostic(
      `AppArmor ${known.version} (dialect ${known.dialect}): ${counts.right} of ${counts.all} verdicts right; of ${counts.todo} marked TODO ` +
        `${counts.asParser} as the parser of today; ${counts.disabled} disabled`,
    );
    for (const difference of differences) context.diagnostic(difference);
    assert(counts.all > 1000, `only ${counts.all} files in simple_tests`);
    assert(counts.right / counts.all >= LEAST_SHARE, differences.join('\n'));
  });

  test('every profile of its folders is taken', () => {
    assert(known !== undefined);
    const base = join(known.folder, 'profiles', 'apparmor.d');
    const errors: string[] = [];
    let files = 0;
    for (const folder of profileFolders(known)) {
      for (const name of readdirSync(folder).sort()) {
        if (name === 'README' || !statSync(join(folder, name)).isFile()) continue;
        files += 1;
        const error = firstError(join(folder, name), { dialect: known.dialect, base });
        if (error !== undefined) errors.push(`${name}: ${error}`);
      }
    }
    assert(files > 100, `only ${files} profiles`);
    assert.deepEqual(errors, []);
  });
});
