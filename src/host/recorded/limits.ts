const KIB = 1024;
const MIB = 1024 * KIB;

/** The first line of the file; an honest one is under 200 bytes. */
export const HEADER_LIMIT_BYTES = 256;
/** Of the text inside. A recording of a whole machine has some ten MiB, most of it what packages say of themselves. */
export const PAYLOAD_LIMIT_BYTES = 64 * MIB;
/** Deflate can't make more than this of one byte (zlib, "Technical Details"): a header that promises more lies. */
export const DEFLATE_RATIO_MAX = 1032;
/** Where nothing can be pressed, gzip adds 5 bytes to each block of at most 65,535, and 18 (RFC 1951, 3.2.4; RFC 1952). */
export const COMPRESSED_LIMIT_BYTES = PAYLOAD_LIMIT_BYTES + 64 * KIB;
/** One answer, written as a line: a file of 16 MiB as base64, with its path. */
export const LINE_LIMIT_BYTES = 24 * MIB;
/** A thousand network interfaces have some 130,000 kernel parameters. */
export const ANSWERS_MAX = 250_000;
/** Entries of one directory; a line may hold no more values than its kind needs. */
export const VALUES_MAX = 400_000;
/** `{"list":"/etc","entries":[["passwd","file"]]}` */
export const DEPTH_MAX = 3;
/** PATH_MAX of linux/limits.h. */
export const PATH_LIMIT_BYTES = 4096;
/** One text of the facts, such as the hostname. */
export const FACT_LIMIT_CHARACTERS = 1024;
/** MAXSYMLINKS of the kernel (path_resolution(7)). */
export const LINKS_MAX = 40;
