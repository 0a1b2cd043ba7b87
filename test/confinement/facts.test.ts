/** What part of the domain stands on, held against the real parser: patterns are in pattern-parser.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiledPatterns, compilePolicy, whyNoParser } from './compiled-patterns.ts';

const skip = whyNoParser();
/** Permissions of others, which ACCEPT holds above those of owners (parser/immunix.h). */
const OTHER_SHIFT = 14;
const EXECUTE = 1;
const WRITE = 2;
const READ = 4;
const APPEND = 8;
const MAP = 64;
const INHERIT = 1 << 9;

function permissions(rules: string, path: string): number {
  const { status, stdout, stderr } = compilePolicy(`profile p { ${rules} }`, ['-S']);
  assert.equal(status, 0, stderr);
  const [compiled] = compiledPatterns(stdout);
  return (compiled?.(path) ?? 0) >>> OTHER_SHIFT;
}

test('* and ** after a slash need one character, [^a-c] matches a slash', { skip }, () => {
  assert.equal(permissions('/a/* r,', '/a/') & READ, 0);
  assert.equal(permissions('/a/** r,', '/a/') & READ, 0);
  assert.equal(permissions('/a/** r,', '/a/b/c') & READ, READ);
  assert.equal(permissions('/a[^a-c]b r,', '/a/b') & READ, READ);
});

test('w implies a, ix adds m and px does not', { skip }, () => {
  assert.equal(permissions('/a w,', '/a') & (WRITE | APPEND), WRITE | APPEND);
  assert.equal(permissions('/a a,', '/a') & (WRITE | APPEND), APPEND);
  assert.equal(permissions('/a ix,', '/a') & (EXECUTE | MAP), EXECUTE | MAP);
  assert.equal(permissions('/a px,', '/a') & (EXECUTE | MAP), EXECUTE);
});

test('the way to execute of an exact path beats that of a glob, alternations being exact', { skip }, () => {
  assert.equal(permissions('/bin/* px, /bin/a ix,', '/bin/a') & INHERIT, INHERIT);
  assert.equal(permissions('/bin/* ix, /bin/{a,b} px,', '/bin/a') & INHERIT, 0);
  assert.equal(compilePolicy('profile p { /bin/* px, /bin/a* ix, }').status, 1, 'globs that overlap are an error');
  assert.equal(compilePolicy('profile p { /bin/a px, /bin/{a,b} ix, }').status, 1, 'and so are exact ones');
});

test('deny beats allow for exactly what it names', { skip }, () => {
  assert.equal(permissions('/a rwmix, deny /a x,', '/a') & (EXECUTE | READ | MAP), READ | MAP, 'deny x leaves m');
  assert.equal(permissions('/a rw, deny /a w,', '/a') & (READ | WRITE | APPEND), READ, 'deny w denies a');
  assert.equal(permissions('/a rw, deny /a a,', '/a') & (READ | WRITE | APPEND), READ | WRITE);
});

test(
  'complain mode keeps explicit denials, silent ones: the kernel returns their error before it looks at the mode',
  { skip },
  () => {
    // security/apparmor/file.c: aa_audit_file leaves with the error when all that is asked for is quiet.
    const states = (flags: string): string => {
      const { stderr } = compilePolicy(`profile p ${flags} { /a rw, deny /b w, }`, ['-D', 'dfa-states']);
      return stderr;
    };
    assert.match(states('flags=(complain)'), /\(0x 0\/\w*[2a]\/0\/\w*[2a]\)/, 'permissions: allow/deny/audit/quiet');
    assert.equal(states('flags=(complain)'), states(''));
  },
);
