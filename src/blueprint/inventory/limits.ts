const BYTES_PER_MIB = 1024 * 1024;

/** An inventory, or a file of group_vars/ or host_vars/, larger than this is not read. */
export const INVENTORY_FILE_LIMIT_BYTES = 32 * BYTES_PER_MIB;
/** Files of one inventory, those of group_vars/ and host_vars/ counted. */
export const INVENTORY_FILES_LIMIT = 20_000;
/** Folders inside each other. */
export const FOLDER_LIMIT_LEVELS = 16;
export const HOST_LIMIT = 100_000;
export const GROUP_LIMIT = 10_000;
/** Hosts in groups, and groups in groups. */
export const MEMBERSHIP_LIMIT = 1_000_000;
export const GROUP_EDGE_LIMIT = 100_000;
/** Groups inside each other. */
export const GROUP_DEPTH_LIMIT = 64;
export const HOST_NAME_LIMIT_CHARACTERS = 253;
export const GROUP_NAME_LIMIT_CHARACTERS = 253;
/** Variables of all groups and hosts together, before they are inherited. */
export const VARIABLE_LIMIT = 1_000_000;
/** Maps and lists inside each other in a value. */
export const VALUE_DEPTH_LIMIT = 32;
/** Words and signs of one YAML inventory: bounds the time that parsing takes. */
export const INVENTORY_LEXEME_LIMIT = 4_000_000;
/** Values that the aliases and merge keys of one YAML file may stand for. */
export const YAML_VALUE_LIMIT = 1_000_000;
/** Variables that stand for each other in a row. */
export const TEMPLATE_DEPTH_LIMIT = 16;
/** A variable with all its references filled in. */
export const TEMPLATE_LIMIT_CHARACTERS = 4096;
/** One pattern, and all of a selection. */
export const PATTERN_LIMIT_CHARACTERS = 1000;
export const PATTERN_LIMIT = 1000;
/** What the counted repetitions of a regular expression may unfold to. */
export const REGEX_STATE_LIMIT = 2000;
export const REGEX_DEPTH_LIMIT = 50;
