import type { ErrorCode, YAMLError } from 'yaml';
import { showInvisible } from './quote.ts';

interface Explanation {
  readonly message: string;
  readonly hint?: string;
}

/** What the parser's short codes mean to a person. Where one code has several causes, the parser's own words decide. */
const BY_CODE: Partial<Record<ErrorCode, Explanation>> = {
  TAB_AS_INDENT: {
    message: 'A tab indents this line; YAML is indented with spaces.',
    hint: 'Put spaces in its place.',
  },
  BAD_SCALAR_START: {
    message: "A value can't start with this character.",
    hint: 'Put the value in quotes.',
  },
  BAD_DQ_ESCAPE: {
    message: 'There is no such escape between double quotes.',
    hint: "Write \\\\ for a backslash, or use single quotes: 'C:\\x'.",
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'A key must stand on one line, with a colon and a blank after it.',
    hint: 'Is a colon missing, or the blank after it?',
  },
  BLOCK_IN_FLOW: { message: 'Inside [ ] or { } nothing can be written by indentation; brackets are needed there too.' },
  KEY_OVER_1024_CHARS: { message: 'This key is longer than the 1024 characters that YAML allows.' },
  MULTIPLE_ANCHORS: { message: 'A value can have one &anchor only.' },
  MULTIPLE_TAGS: { message: 'A value can have one !tag only.' },
  TAG_RESOLVE_FAILED: {
    message: 'Tags (!…) are not used in blueprints.',
    hint: 'Leave the tag out, or put the value in quotes if the exclamation mark belongs to it.',
  },
  ALIAS_PROPS: { message: "An *alias can't have a tag or an anchor of its own." },
  BAD_ALIAS: {
    message: 'The name of this *alias or &anchor is not usable.',
    hint: 'A value that starts with * or & must be in quotes.',
  },
};

const BY_WORDS: readonly (readonly [pattern: RegExp, explanation: Explanation])[] = [
  [
    /^Nested mappings are not allowed in compact mappings/,
    {
      message: 'A second ": " stands in this value.',
      hint: 'Put the value in quotes, or the inner key on its own line.',
    },
  ],
  [/^A block sequence may not be used as an implicit map key/, { message: 'A list item stands where a key belongs.' }],
  [/^Unexpected block-seq-ind on same line with key/, { message: 'A list starts on the line below its key.' }],
  [/^Missing closing (['"])quote/, { message: 'A quote is opened and never closed.' }],
  [
    /^Implicit map keys need to be followed by map values/,
    { message: 'A key without a colon.', hint: 'Write `key: value`, with a blank after the colon.' },
  ],
  [
    /^All (mapping|sequence) items must start at the same column/,
    { message: 'This line is indented more or less than the lines it belongs to.' },
  ],
  [/^Flow (map|sequence) in block collection must be/, { message: 'A bracket is opened and never closed.' }],
  [/^Missing , /, { message: 'A comma is missing between two items in brackets.' }],
  [/^Unexpected , in flow/, { message: 'There is nothing before this comma.' }],
  [
    /^Unexpected .*(at node end|in YAML stream|on same line with key|token)/,
    {
      message: "YAML ends the value before this, so this can't stand here.",
      hint: 'Check the indentation of this line and the one above; a value with special characters needs quotes.',
    },
  ],
  [/^Comments must be separated/, { message: 'There must be a blank before #.', hint: 'Or put the value in quotes.' }],
];

/** The parser's error as a sentence, with what to do about it where that is known. */
export function explainSyntaxError({ code, message }: YAMLError): Explanation {
  const known = BY_WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? BY_CODE[code];
  return known ?? { message: `This is not valid YAML: ${showInvisible(message.replace(/\.?$/, '.'))}` };
}
