import { isAtLeast } from '../dialect.ts';
import type { Dialect } from '../syntax.ts';
import type { LexicalRule, LexicalRules, Mode, Move } from './lexical-rule.ts';
import type { TokenKind } from './token.ts';

/* What is read as which word is defined by parser_lex.l of each version, and nowhere else: apparmor.d(5) leaves most of it out. */

const BLANKS = String.raw`[ \t]`;
const NAME = '[A-Za-z][A-Za-z0-9_]*';
const VARIABLE = String.raw`@(?:\{${NAME}\}|${NAME})`;
const BOOLEAN_VARIABLE = String.raw`\$(?:\{${NAME}\}|${NAME})`;
const ESCAPED = String.raw`\\[ \t"!,]`;
const ESCAPED_OR_PARENTHESIS = String.raw`\\[ \t"!,()]`;
const WORD = String.raw`(?:${ESCAPED}|,[^ \t\r\n"!,]|[^ \t\r\n"!,])`;
const WORDS = `${WORD}+`;
/** Quotes end at the first one without a backslash; where there is none, at the last of all. */
const QUOTED = String.raw`"(?:\\"|[^\0"])*"`;
const QUOTED_FILLED = String.raw`"(?:\\"|[^\0"])+"`;
const INCLUDED = String.raw`<(?:[^">\t\r\n]+|${QUOTED})>|${QUOTED}|(?:${ESCAPED}|,[^ \t\r\n"!,<>]|[^ \t\r\n"!,<>])+`;
const LIST_VALUE = String.raw`(?:${ESCAPED_OR_PARENTHESIS}|[^ \t\n"!,()])+`;
const FILE_MODE = '(?:[rwalmkx]|[pc]x|[pc]?[iu]x)+';
const LINE_REST = String.raw`[^\n]*\n`;

function sticky(pattern: string, flags = ''): RegExp {
  return new RegExp(pattern, `y${flags}`);
}

function emit(pattern: string, token: TokenKind, more: Omit<LexicalRule, 'pattern' | 'does'> = {}): LexicalRule {
  return { pattern: sticky(pattern), does: { kind: 'emit', token }, ...more };
}

function push(mode: Mode): Move {
  return { kind: 'push', mode };
}

function become(mode: Mode): Move {
  return { kind: 'become', mode };
}

const POP: Move = { kind: 'pop' };
const SKIP_BLANKS: LexicalRule = { pattern: sticky(`${BLANKS}+`), does: { kind: 'skip' } };
const SKIP_LINE_END: LexicalRule = { pattern: sticky(String.raw`\r?\n`), does: { kind: 'skip' } };
const END_OF_RULE_IN_MODE = emit(',', ',', { move: POP });
const COMMENT: LexicalRule = { pattern: sticky(`#${LINE_REST}`), does: { kind: 'comment' } };

/** Words of a mode that are its permissions. */
function permissions(words: readonly string[]): LexicalRule[] {
  return words.map((word) => emit(word, 'keyword'));
}

const NETWORK_PERMISSIONS = ['listen', 'accept', 'connect', 'getopt', 'setopt', 'shutdown'];
const FLOW_PERMISSIONS = ['send', 'receive'];
const ATTRIBUTE_PERMISSIONS = ['getattr', 'setattr'];

/** The permissions that each mode has words for, in the order of the lexer. */
const PERMISSIONS: Readonly<Partial<Record<Mode, readonly string[]>>> = {
  unix: [...NETWORK_PERMISSIONS, 'create', ...ATTRIBUTE_PERMISSIONS, 'bind', ...FLOW_PERMISSIONS, 'read', 'write'],
  network: [...NETWORK_PERMISSIONS, 'create', ...ATTRIBUTE_PERMISSIONS, 'bind', ...FLOW_PERMISSIONS, 'read', 'write'],
  dbus: ['bind', 'eavesdrop', ...FLOW_PERMISSIONS, 'read', 'write'],
  signal: [...FLOW_PERMISSIONS, 'read', 'write'],
  ptrace: ['trace', 'readby', 'tracedby', 'read', 'write'],
  mqueue: ['create', 'delete', ...ATTRIBUTE_PERMISSIONS, 'read', 'write'],
  userns: ['create'],
};

/** A word up to `=`, and from 5.0 on up to `:=`, too. */
function unassignedWords(dialect: Dialect): string {
  if (isAtLeast(dialect, '5.0'))
    return String.raw`(?:[^ \t\n"!,=()+&:]|:[^ \t\n"!,=()+&])(?:[^ \t\n"!,=:)]|:[^ \t\n"!,=)]|,[^ \t\n"!,=:)])*`;
  return String.raw`[^ \t\n"!,=()+&](?:,?[^ \t\n"!,=)])*`;
}

function label(dialect: Dialect): string {
  const isNewest = isAtLeast(dialect, '5.0');
  const colon = isNewest ? ':[^=]' : ':';
  const excluded = isNewest ? '=+?' : '=+';
  const question = isNewest ? String.raw`|[^ \t\n"!,=+]\?` : '';
  const afterVariable = String.raw`(?:${ESCAPED_OR_PARENTHESIS}|,[^ \t\n"!,${excluded}]${question}|[^ \t\n"!,${excluded}])`;
  return `(?:/|${VARIABLE}${afterVariable}|${colon}|&)(?:${WORD})*`;
}

const QUOTED_LABEL = String.raw`"[/@:&](?:\\"|[^\0"])*"`;

/** `name=` and `name in (`: read up to the sign that follows, since it decides how the rest is read. */
function conditionRules(dialect: Dialect): LexicalRule[] {
  const rules = [
    emit('(?:peer|xattrs)', 'condition-list', {
      context: sticky(String.raw`${BLANKS}*=${BLANKS}*\(`),
      move: push('condition-list'),
    }),
  ];
  const before = sticky(`${BLANKS}*=`);
  if (isAtLeast(dialect, '5.0'))
    rules.unshift(emit('identities', 'identities', { context: before, move: push('condition') }));
  if (isAtLeast(dialect, '4.1')) rules.push(emit('priority', 'priority', { context: before, move: push('integer') }));
  if (isAtLeast(dialect, '5.0')) rules.push(emit('flags', 'flags', { context: before, move: push('condition') }));
  rules.push(
    emit(NAME, 'condition', { context: before, move: push('condition') }),
    emit(NAME, 'condition', { context: sticky(String.raw`${BLANKS}+in${BLANKS}*\(`), move: push('condition') }),
  );
  return rules;
}

function initialRules(dialect: Dialect): LexicalRule[] {
  const isNewest = isAtLeast(dialect, '5.0');
  const variables = [
    emit(VARIABLE, 'set-variable', { isRaw: true }),
    emit(BOOLEAN_VARIABLE, 'boolean-variable', { isRaw: true }),
  ];
  const assigned = emit(BOOLEAN_VARIABLE, 'boolean-variable', {
    context: sticky(String.raw`${BLANKS}*(?:\+=|\?=|:=|=)`),
    move: push('assignment-operator'),
    isRaw: true,
  });
  const included = { context: sticky(LINE_REST) };
  return [
    SKIP_BLANKS,
    ...conditionRules(dialect),
    ...(isNewest ? [assigned, ...variables] : []),
    {
      pattern: sticky(`#include${BLANKS}+if${BLANKS}+exists`),
      context: sticky(`${BLANKS}${LINE_REST}`),
      does: { kind: 'skip' },
      move: push('include-optional'),
    },
    {
      pattern: sticky(`include${BLANKS}+if${BLANKS}+exists`),
      context: sticky(BLANKS),
      does: { kind: 'skip' },
      move: push('include-optional'),
    },
    { pattern: sticky('#include'), ...included, does: { kind: 'skip' }, move: push('include') },
    { pattern: sticky('include'), context: sticky(BLANKS), does: { kind: 'skip' }, move: push('include') },
    ...(isAtLeast(dialect, '4.0') ? [emit('all', 'keyword', { context: sticky('[^A-Za-z0-9_]') })] : []),
    COMMENT,
    emit(String.raw`\^`, '^', { move: push('word') }),
    emit('->', '->', { move: push('word-after-blanks') }),
    emit('=', '=', { move: push('assignment') }),
    ...(isNewest ? [emit(String.raw`\+`, '+', { move: push('identity') })] : []),
    emit(String.raw`\+=`, '+=', { move: push('assignment') }),
    ...(isNewest
      ? [emit(String.raw`\?=`, '?=', { move: push('assignment') }), emit(':=', ':=', { move: push('assignment') })]
      : []),
    ...(isNewest ? [] : variables),
    emit(String.raw`\{`, '{'),
    emit(String.raw`\}`, '}'),
    emit(`(?:${label(dialect)}|${QUOTED_LABEL})`, 'id'),
    {
      pattern: sticky(FILE_MODE, 'i'),
      context: sticky(String.raw`[\s,]`),
      does: { kind: 'emit', token: 'mode' },
      isRaw: true,
    },
    emit(`hat${BLANKS}*`, 'hat', { move: push('word') }),
    emit(`profile${BLANKS}*`, 'profile', { move: push('word') }),
    emit(':', ':'),
    emit(String.raw`\(`, '(', { move: push('values') }),
    { pattern: sticky(NAME), does: { kind: 'name' } },
    emit(',', ','),
    SKIP_LINE_END,
  ];
}

/** Modes of rules that have conditions. */
function ruleMode(mode: Mode, dialect: Dialect): LexicalRule[] {
  const open = mode === 'mqueue' ? [emit('open', '{')] : [];
  const words = PERMISSIONS[mode];
  const grouped =
    words === undefined || mode === 'userns'
      ? []
      : [
          emit(String.raw`\(`, '(', { move: push('values') }),
          emit('(?:rw|wr|r|w)', 'mode', { context: sticky(String.raw`[\s,]`), isRaw: true }),
        ];
  const hasIdentifiers = mode !== 'userns';
  const hasConditions = hasIdentifiers;
  return [
    SKIP_BLANKS,
    ...(hasConditions ? conditionRules(dialect) : []),
    ...open,
    ...permissions(words ?? []),
    ...grouped,
    ...(mode === 'mount' ? [emit('->', '->')] : []),
    ...(hasIdentifiers ? [emit(`(?:${QUOTED}|${label(dialect)})`, 'id'), emit(unassignedWords(dialect), 'id')] : []),
    END_OF_RULE_IN_MODE,
    SKIP_LINE_END,
  ];
}

/** `network` of 3.0 knows words only. */
const OLD_NETWORK: readonly LexicalRule[] = [
  SKIP_BLANKS,
  emit(WORDS, 'id', { isRaw: true }),
  END_OF_RULE_IN_MODE,
  SKIP_LINE_END,
];

function assignmentRules(dialect: Dialect): LexicalRule[] {
  return [
    SKIP_BLANKS,
    emit(`(?:${QUOTED}|${WORDS})`, 'value'),
    { pattern: sticky(','), does: { kind: 'refuse', message: 'a comma behind the values of a variable' } },
    ...(isAtLeast(dialect, '4.0') ? [{ ...COMMENT, move: POP }] : []),
    { pattern: sticky(String.raw`\\\n`), does: { kind: 'skip' } },
    { ...SKIP_LINE_END, move: POP },
  ];
}

function expressionRules(dialect: Dialect): LexicalRule[] {
  return [
    SKIP_BLANKS,
    emit(VARIABLE, 'set-variable', { isRaw: true }),
    emit(BOOLEAN_VARIABLE, 'boolean-variable', { isRaw: true }),
    emit(String.raw`\(`, '('),
    emit(String.raw`\)`, ')'),
    ...(['and', 'or', 'not', 'defined'] as const).map((word) => emit(word, word)),
    ...(['==', '!='] as const).map((sign) => emit(sign, sign)),
    emit('in', 'in-operator'),
    ...(['>', '>=', '<', '<='] as const).map((sign) => emit(sign, sign)),
    emit(`(?:${QUOTED}|${label(dialect)})`, 'id'),
    emit(unassignedWords(dialect), 'id'),
  ];
}

const ASSIGNED_EXPRESSION_END: readonly LexicalRule[] = [
  { pattern: sticky(','), does: { kind: 'refuse', message: 'a comma behind the value of a variable' } },
  { ...COMMENT, move: POP },
  { pattern: sticky(String.raw`\\\n`), does: { kind: 'skip' } },
  { ...SKIP_LINE_END, move: POP },
];

function valueWord(move?: Move): LexicalRule {
  return emit(`(?:${LIST_VALUE}|${QUOTED})`, 'value', move === undefined ? {} : { move });
}

function listConditionRules(dialect: Dialect): LexicalRule[] {
  const isNewest = isAtLeast(dialect, '5.0');
  const name = isNewest ? unassignedWords(dialect) : String.raw`[^ \t\n"!,=)]+`;
  const signs = isNewest ? (['=', ':='] as const) : (['='] as const);
  return [
    SKIP_BLANKS,
    emit(String.raw`\)`, ')', { move: POP }),
    { pattern: sticky(','), does: { kind: 'skip' } },
    emit(name, 'condition'),
    ...signs.flatMap((sign) => [
      emit(String.raw`${sign}${BLANKS}*\(`, sign, { move: push('list-values') }),
      emit(sign, sign, { move: push('list-value') }),
    ]),
    SKIP_LINE_END,
  ];
}

function conditionSigns(dialect: Dialect): LexicalRule[] {
  const signs = isAtLeast(dialect, '5.0') ? (['=', ':='] as const) : (['='] as const);
  return signs.flatMap((sign) => [
    emit(`${sign}${BLANKS}*`, sign, { context: sticky(String.raw`[^(\n \t]`), move: become('single-value') }),
    emit(sign, sign),
  ]);
}

const includeRules: readonly LexicalRule[] = [
  SKIP_BLANKS,
  { pattern: sticky(INCLUDED), does: { kind: 'include' }, move: POP },
  SKIP_LINE_END,
];

export function lexicalRules(dialect: Dialect): LexicalRules {
  const word = emit(`(?:${QUOTED}|${WORDS})`, 'id', { move: POP });
  const listValue = emit(`(?:${LIST_VALUE}|${QUOTED_FILLED})`, 'value');
  const expression = expressionRules(dialect);
  const operator = (sign: '=' | '+=' | '?=' | ':=', pattern: string): LexicalRule =>
    emit(pattern, sign, { move: become('assigned-expression') });
  return {
    initial: initialRules(dialect),
    word: [word],
    'word-after-blanks': [SKIP_BLANKS, word, SKIP_LINE_END],
    'single-value': [{ ...word, does: { kind: 'emit', token: 'value' } }],
    identity: [
      SKIP_BLANKS,
      emit('identities', 'identities', { context: sticky(`${BLANKS}*=`), move: become('condition') }),
      emit(String.raw`(?:[^ \t\r\n"!,{}\\=]+|${QUOTED})`, 'value', { move: POP }),
    ],
    condition: [
      SKIP_BLANKS,
      ...conditionSigns(dialect),
      emit(String.raw`\(`, '(', { move: become('values') }),
      emit('in', 'in'),
      SKIP_LINE_END,
    ],
    'condition-list': [
      SKIP_BLANKS,
      emit('=', '='),
      emit(String.raw`\(`, '(', { move: become('list-condition') }),
      SKIP_LINE_END,
    ],
    values: [
      SKIP_BLANKS,
      emit(String.raw`\)`, ')', { move: POP }),
      { pattern: sticky(','), does: { kind: 'skip' } },
      valueWord(),
      SKIP_LINE_END,
    ],
    'list-condition': listConditionRules(dialect),
    'list-value': [SKIP_BLANKS, { ...listValue, move: POP }, SKIP_LINE_END],
    'list-values': [
      SKIP_BLANKS,
      { pattern: sticky(String.raw`\)`), does: { kind: 'skip' }, move: POP },
      listValue,
      SKIP_LINE_END,
    ],
    assignment: assignmentRules(dialect),
    rlimit: [
      SKIP_BLANKS,
      emit('-?[0-9]+', 'value', { isRaw: true }),
      emit('infinity', 'value', { isRaw: true }),
      emit('[A-Za-z_]+', 'id', { isRaw: true }),
      emit('<=', '<='),
      END_OF_RULE_IN_MODE,
      SKIP_LINE_END,
    ],
    mount: ruleMode('mount', dialect),
    dbus: ruleMode('dbus', dialect),
    signal: ruleMode('signal', dialect),
    ptrace: ruleMode('ptrace', dialect),
    unix: ruleMode('unix', dialect),
    network: isAtLeast(dialect, '4.0') ? ruleMode('network', dialect) : OLD_NETWORK,
    'change-profile': [
      SKIP_BLANKS,
      emit('safe', 'keyword'),
      emit('unsafe', 'keyword'),
      emit('->', '->', { move: push('word-after-blanks') }),
      emit(`(?:${QUOTED}|${WORDS})`, 'id'),
      END_OF_RULE_IN_MODE,
      SKIP_LINE_END,
    ],
    include: includeRules,
    'include-optional': includeRules,
    abi: [SKIP_BLANKS, { pattern: sticky(INCLUDED), does: { kind: 'abi' } }, END_OF_RULE_IN_MODE, SKIP_LINE_END],
    userns: ruleMode('userns', dialect),
    mqueue: ruleMode('mqueue', dialect),
    integer: [SKIP_BLANKS, emit('=', '='), emit('[+-]?[0-9]+', 'value', { move: POP, isRaw: true })],
    expression: [emit(String.raw`\{`, '{', { move: POP }), ...expression, SKIP_LINE_END],
    'assigned-expression': [...expression, ...ASSIGNED_EXPRESSION_END],
    'assignment-operator': [
      SKIP_BLANKS,
      operator('=', '='),
      operator('+=', String.raw`\+=`),
      operator('?=', String.raw`\?=`),
      operator(':=', ':='),
      SKIP_LINE_END,
    ],
  };
}
