/** What an image may be at most: an honest one is far below, and a hostile one costs bounded time, memory and disk. */

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Files and directories, of all layers together, with the directories that are only named by what is in them. */
export const NODE_LIMIT = 2_000_000;
/** Names, link targets and maps of sparse files: what stays in memory. */
export const METADATA_LIMIT_BYTES = 256 * MIB;
/** PATH_MAX of Linux (limits.h), with the byte that ends it. */
export const PATH_LIMIT_BYTES = 4096;
/** NAME_MAX of Linux (limits.h). */
export const NAME_LIMIT_BYTES = 255;
/** Longer paths than this many names were made to hurt somebody. */
export const DEPTH_LIMIT = 1024;
/** MAXSYMLINKS of Linux (include/linux/namei.h). */
export const LINK_LIMIT = 40;
/** Names of one directory of a disk. */
export const LISTING_LIMIT = 1_000_000;

/** Extended headers and long names of a tar. */
export const EXTENDED_HEADER_LIMIT_BYTES = MIB;
/** Pieces of one sparse file. */
export const EXTENT_LIMIT = 100_000;

/** So much of a file is in memory at once while it is digested. */
export const PIECE_BYTES = MIB;

/** What unpacking may give, of all layers together. */
export const UNPACKED_LIMIT_BYTES = 64 * GIB;
/** What one compressed file may be blown up by, once it gives more than {@link RATIO_FREE_BYTES}. Real images stay below 10. */
export const RATIO_LIMIT = 100;
export const RATIO_FREE_BYTES = 64 * MIB;
/** `zstd --long` asks for more; without it no level does (ZSTD_WINDOWLOG_LIMIT_DEFAULT of zstd.h). */
export const ZSTD_WINDOW_LOG_LIMIT = 27;

/** index.json, manifests, configurations: go-containerregistry and containerd stop at 4 MiB as well. */
export const DOCUMENT_LIMIT_BYTES = 4 * MIB;
export const LAYER_LIMIT = 1024;
/** Images in one file, and indexes that name them. */
export const MANIFEST_LIMIT = 256;
/** An index of indexes of indexes has no use. */
export const INDEX_DEPTH_LIMIT = 3;
