const BYTES_PER_KIB = 1024;

/** A blueprint file larger than this is not read. */
export const FILE_LIMIT_BYTES = 1024 * BYTES_PER_KIB;
/** Maps and lists inside each other. */
export const NESTING_LIMIT_LEVELS = 32;
/** `*aliases` in one file. */
export const ALIAS_LIMIT = 1000;
/** Values in one file, each alias counted as everything it stands for. */
export const VALUE_LIMIT = 100_000;
/** Text that variables may add to a whole blueprint. */
export const SUBSTITUTION_LIMIT_CHARACTERS = 1024 * BYTES_PER_KIB;
/** Files and presets that one blueprint may rest on, directly or not. */
export const EXTENDS_LIMIT_FILES = 64;
/** Files that extend each other in a row. */
export const EXTENDS_LIMIT_LEVELS = 16;
/** More problems than this are counted, not listed. */
export const DIAGNOSTIC_LIMIT = 100;
/** What a diagnostic shows of a line. */
export const EXCERPT_LIMIT_CHARACTERS = 160;
/** What a message shows of a value or a key. */
export const QUOTE_LIMIT_CHARACTERS = 80;
/** A waiver's pattern: matching takes time proportional to it. */
export const PATTERN_LIMIT_CHARACTERS = 500;
/** Words and signs of one file: bounds the time that parsing takes. */
export const LEXEME_LIMIT = 500_000;
