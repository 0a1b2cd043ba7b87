/** Versions are ordered as the ecosystem's own program orders them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { debianVersions } from '../../src/controls/dependencies/version/debian.ts';
import { pythonVersions } from '../../src/controls/dependencies/version/python.ts';
import type { VersionScheme } from '../../src/controls/dependencies/version/scheme.ts';

/** FREEHOLD_DIFFERENTIAL_TREES=1000 is what .ci/run asks for; the default keeps `npm test` short. */
const treeCount = Number(process.env['FREEHOLD_DIFFERENTIAL_TREES'] ?? '60');
const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const PYTHON_PAIRS_PER_TREE = 60;
const DEBIAN_PAIRS_PER_TREE = 12;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
const SHOWN_DIFFERENCES = 5;
/** A comparison in which each answer is the same would prove nothing: the least share of each kind of answer. */
const LEAST_SHARE = 0.02;
const ORACLE = fileURLToPath(new URL('versions-oracle.py', import.meta.url));

type Pair = readonly [string, string];
type Answer = number | null;

const number = fc.oneof(
  { weight: 6, arbitrary: fc.nat(12).map(String) },
  { weight: 2, arbitrary: fc.constantFrom('0', '00', '01', '010', '2024', '20241126') },
  { weight: 1, arbitrary: fc.constantFrom('9007199254740993', '9007199254740992', '123456789012345678901234567890') },
);
const separator = fc.constantFrom('', '.', '-', '_');

function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

/** Mostly nothing: most versions have one or two of the parts that may be there. */
function sometimes(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 2, arbitrary: part });
}

const preWord = fc.constantFrom('a', 'b', 'c', 'rc', 'alpha', 'beta', 'pre', 'preview', 'RC', 'Alpha');
const localPart = fc.oneof(number, fc.constantFrom('cu118', 'ubuntu', 'a', 'B', '1a'));
const pythonVersion = fc.oneof(
  {
    weight: 30,
    arbitrary: joined(
      sometimes(fc.constantFrom(' ', 'v', '\n')),
      sometimes(number.map((text) => `${text}!`)),
      fc.array(number, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
      sometimes(joined(separator, preWord, separator, sometimes(number))),
      sometimes(
        fc.oneof(
          number.map((text) => `-${text}`),
          joined(separator, fc.constantFrom('post', 'rev', 'r', 'POST'), separator, sometimes(number)),
        ),
      ),
      sometimes(joined(separator, fc.constantFrom('dev', 'DEV'), separator, sometimes(number))),
      sometimes(fc.array(localPart, { minLength: 1, maxLength: 3 }).map((parts) => `+${parts.join('.')}`)),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '1.', 'latest', '1.0-', '1.0+', '1!', '1.0.post.dev', '1..2', '1.0a.b') },
);

const debianPiece = fc.oneof(
  number,
  fc.constantFrom('.', '+', '~', 'a', 'Z', 'rc', '~~', '+b', 'deb', 'ubuntu', 'dfsg', '~bpo', '-', 'really'),
);
const debianVersion = fc.oneof(
  {
    weight: 30,
    arbitrary: joined(
      sometimes(fc.nat(3).map((epoch) => `${String(epoch)}:`)),
      fc.nat(9).map(String),
      fc.array(debianPiece, { maxLength: 6 }).map((pieces) => pieces.join('')),
      sometimes(fc.array(debianPiece, { minLength: 1, maxLength: 3 }).map((pieces) => `-${pieces.join('')}`)),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(':1', '1:', 'a:1', '1 2', '1:2:3', '1-') },
);

/** Two that have nothing to do with each other differ in their first number; what is near each other tells more. */
function pairs(version: fc.Arbitrary<string>, count: number): readonly Pair[] {
  const near = fc
    .tuple(version, fc.constantFrom('', '.0', '.1', '-1', 'a1', '.dev0', '+1', '~', '0'))
    .map(([text, end]): Pair => [text, `${text}${end}`]);
  const any = fc.tuple(version, version);
  return fc.sample(fc.oneof(near, any), { numRuns: count, seed });
}

function ours<Version>(scheme: VersionScheme<Version>, [a, b]: Pair): Answer {
  const [own, other] = [scheme.parse(a), scheme.parse(b)];
  return own === undefined || other === undefined ? null : Math.sign(scheme.compare(own, other));
}

function assertSame<Version>(scheme: VersionScheme<Version>, all: readonly Pair[], theirs: readonly Answer[]): void {
  assert.equal(theirs.length, all.length);
  const differences = all.flatMap((pair, index) => {
    const answer = ours(scheme, pair);
    return answer === theirs[index] ? [] : [{ pair, ours: answer, theirs: theirs[index] }];
  });
  assert.equal(differences.length, 0, JSON.stringify(differences.slice(0, SHOWN_DIFFERENCES), null, 2));
  for (const kind of [-1, 0, 1, null]) {
    const share = theirs.filter((answer) => answer === kind).length / all.length;
    assert.ok(share >= LEAST_SHARE, `only ${String(share)} of the answers were ${String(kind)}`);
  }
}

const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import packaging.version']).status === 0,
);
const pythonPairs = treeCount * PYTHON_PAIRS_PER_TREE;

test(
  `packaging and Freehold agree on ${String(pythonPairs)} pairs of Python versions (seed ${String(seed)})`,
  { skip: python === undefined && 'LEFT OUT: no Python with packaging; install python3-packaging' },
  () => {
    const all = pairs(pythonVersion, pythonPairs);
    const input = all.map((pair) => `${JSON.stringify(pair)}\n`).join('');
    const { stdout, stderr } = spawnSync(python ?? '', [ORACLE], { input, maxBuffer: OUTPUT_LIMIT_BYTES });
    assert.equal(stderr.toString(), '');
    const theirs = stdout.toString().trimEnd().split('\n');
    assertSame(
      pythonVersions,
      all,
      theirs.map((word) => (word === 'null' ? null : Number(word))),
    );
  },
);

/** dpkg answers one question at a time: whether it is less, and if not, whether it is equal. An error is 2 (dpkg(1)). */
const ASK_DPKG = `while IFS= read -r a && IFS= read -r b; do
  dpkg --compare-versions "$a" lt "$b" 2>/dev/null
  case $? in
    0) echo -1 ;;
    1) if dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then echo 0; else echo 1; fi ;;
    *) echo null ;;
  esac
done`;
const debianPairs = treeCount * DEBIAN_PAIRS_PER_TREE;

test(
  `dpkg and Freehold agree on ${String(debianPairs)} pairs of Debian versions (seed ${String(seed)})`,
  { skip: spawnSync('dpkg', ['--version']).status !== 0 && 'LEFT OUT: no dpkg' },
  () => {
    const all = pairs(debianVersion, debianPairs).filter(([a, b]) => !`${a}${b}`.includes('\n'));
    const input = all.map(([a, b]) => `${a}\n${b}\n`).join('');
    const { stdout } = spawnSync('sh', ['-c', ASK_DPKG], { input, maxBuffer: OUTPUT_LIMIT_BYTES });
    const theirs = stdout.toString().trimEnd().split('\n');
    assertSame(
      debianVersions,
      all,
      theirs.map((word) => (word === 'null' ? null : Number(word))),
    );
  },
);
