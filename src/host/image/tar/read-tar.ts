import { EXTENDED_HEADER_LIMIT_BYTES } from '../limits.ts';
import { damaged, hostile, refusal } from '../refusal.ts';
import type { ByteSource } from './byte-source.ts';
import { BLOCK_BYTES, type Header, isZeroBlock, parseHeader } from './header.ts';
import type { Content, Member } from './member.ts';
import { NO_RECORDS, parsePax, paxNumber, type PaxRecords } from './pax.ts';
import { readOldSparse, readPaxSparse, type SparseMap } from './sparse.ts';

export interface ReadTarOptions {
  /** Called for every member in its order. */
  readonly visit: (member: Member) => void;
  /** Whether an archive without the blocks of zeros at its end is refused as cut off; where a digest tells, it needn't be. */
  readonly requiresEnd: boolean;
}

/**
 * Reads a tar of any kind: v7, ustar, pax, GNU. It ends at the first block of zeros, as for GNU tar. What different programs read
 * differently is refused, so that nobody can show us another machine than the one that is installed.
 */
export async function readTar(source: ByteSource, { visit, requiresEnd }: ReadTarOptions): Promise<void> {
  let globals = NO_RECORDS;
  let announced: Announced = NOTHING_ANNOUNCED;
  for (;;) {
    const place = `at byte ${String(source.position)}`;
    const block = await source.take(BLOCK_BYTES);
    if (block === undefined && requiresEnd) {
      throw damaged('the archive has no end: two blocks of zeros close a tar, and here they are missing');
    }
    if (block === undefined || isZeroBlock(block)) {
      if (announced !== NOTHING_ANNOUNCED) throw damaged(`${place}: the archive ends after an extended header`);
      return;
    }
    const header = parseHeader(block, place);
    switch (header.typeflag) {
      case 'x':
      case 'X':
        if (announced.records !== NO_RECORDS) throw hostile(`${place}: two extended headers for one file`);
        announced = { ...announced, records: parsePax(await readExtra(source, header, place), place) };
        break;
      case 'g':
        globals = mergeGlobals(globals, parsePax(await readExtra(source, header, place), place), place);
        break;
      case 'L':
        announced = { ...announced, longName: terminated(await readExtra(source, header, place)) };
        break;
      case 'K':
        announced = { ...announced, longLink: terminated(await readExtra(source, header, place)) };
        break;
      case 'V':
        await skipData(source, header.size);
        break;
      case 'M':
      case 'N':
        throw refusal(
          'requirement',
          `${place}: the archive is one volume of several, or of a kind that GNU tar gave up in 1997`,
          'Join the volumes, unpack them with tar, and give the folder or a new tar.',
        );
      default:
        visit(await readMember(source, { header, block, globals, announced, place }));
        announced = NOTHING_ANNOUNCED;
    }
  }
}

/** What headers said about the member that follows them. */
interface Announced {
  readonly records: PaxRecords;
  readonly longName: string | undefined;
  readonly longLink: string | undefined;
}

const NOTHING_ANNOUNCED: Announced = { records: NO_RECORDS, longName: undefined, longLink: undefined };

interface MemberInput {
  readonly header: Header;
  /** Where the header was taken from; the next read takes its memory. */
  readonly block: Buffer;
  readonly globals: PaxRecords;
  readonly announced: Announced;
  readonly place: string;
}

async function readMember(source: ByteSource, input: MemberInput): Promise<Member> {
  const { header, globals, announced, place } = input;
  const { records } = announced;
  const name = chosenName(input);
  const where = `${place} (${printable(name)})`;
  const common = {
    name,
    mode: header.mode,
    uid: paxNumber(records, 'uid', where) ?? paxNumber(globals, 'uid', where) ?? header.uid,
    gid: paxNumber(records, 'gid', where) ?? paxNumber(globals, 'gid', where) ?? header.gid,
  };
  const size = paxNumber(records, 'size', where) ?? header.size;
  const kind = kindOf(header.typeflag, name);
  if (kind === 'file') return { ...common, kind, content: await readContent(source, input, { size, where }) };
  // The dump of GNU's incremental archives is a list of names.
  if (header.typeflag === 'D') await skipData(source, size);
  else if (size !== 0) throw hostile(`${where}: a ${kind} with data, which every program reads differently`);
  if (kind === 'directory' || kind === 'other') return { ...common, kind };
  return { ...common, kind, linkName: chosenLink(input) };
}

function kindOf(typeflag: string, name: string): Member['kind'] {
  switch (typeflag) {
    case '1':
      return 'hard link';
    case '2':
      return 'symlink';
    case '3':
    case '4':
    case '6':
      return 'other';
    case '5':
    case 'D':
      return 'directory';
    case '0':
    case '':
    case '7':
      // Before ustar there was no type for directories (tar(5), "Old-Style Archive Format").
      return name.endsWith('/') ? 'directory' : 'file';
    default:
      // POSIX: what isn't known is to be taken as a regular file.
      return 'file';
  }
}

async function readContent(
  source: ByteSource,
  { block, header, announced, place }: MemberInput,
  { size, where }: { readonly size: number; readonly where: string },
): Promise<Content> {
  const map =
    header.typeflag === 'S'
      ? await readOldSparse(block, source, where)
      : await readPaxSparse(announced.records, source, { dataBytes: size, place });
  const dataBytes = size - (map?.mapBytes ?? 0);
  const position = await source.keep(dataBytes);
  await source.skip(padding(size));
  if (map === undefined) return { store: source.store, sizeBytes: size, position };
  return sparseContent(map, { store: source.store, position, dataBytes, where });
}

function sparseContent(
  { sizeBytes, pieces }: SparseMap,
  { store, position, dataBytes, where }: Pick<Content, 'store' | 'position'> & { dataBytes: number; where: string },
): Content {
  let next = position;
  const extents = pieces.map(({ offset, length }) => {
    const extent = { offset, length, position: next };
    next += length;
    return extent;
  });
  if (next - position !== dataBytes) throw hostile(`${where}: a sparse file has other data than its map says`);
  return { store, sizeBytes, position, extents: extents.filter(({ length }) => length > 0) };
}

/** A name may be given in three places; two that both claim to be the long one are read differently by every program. */
function chosenName({ header, announced: { records, longName }, place }: MemberInput): string {
  const path = records.values.get('GNU.sparse.name') ?? records.values.get('path') ?? '';
  if (path !== '' && longName !== undefined) throw hostile(`${place}: one file with two long names`);
  return checkedText(longName ?? (path === '' ? header.name : path), place);
}

function chosenLink({ header, announced: { records, longLink }, place }: MemberInput): string {
  const path = records.values.get('linkpath') ?? '';
  if (path !== '' && longLink !== undefined) throw hostile(`${place}: one link with two long targets`);
  return checkedText(longLink ?? (path === '' ? header.linkName : path), place);
}

function checkedText(text: string, place: string): string {
  if (text === '') throw damaged(`${place}: a name is empty`);
  if (text.includes('\0')) throw hostile(`${place}: a name with a NUL in it`);
  return text;
}

/** A name for a message: bytes that are no UTF-8, and control characters, don't reach a terminal. */
function printable(name: string): string {
  return JSON.stringify(Buffer.from(name, 'latin1').toString('utf8'));
}

async function readExtra(source: ByteSource, { size }: Header, place: string): Promise<Buffer> {
  if (size > EXTENDED_HEADER_LIMIT_BYTES) {
    throw hostile(`${place}: an extended header of ${String(size)} bytes; no file has a name that long`);
  }
  if (size === 0) return Buffer.alloc(0);
  const taken = await source.take(size);
  if (taken === undefined) throw damaged(`${place}: the archive ends in an extended header`);
  const bytes = Buffer.from(taken);
  await source.skip(padding(size));
  return bytes;
}

/** GNU's long names end with a NUL. */
function terminated(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** What all following files have in common (git writes a comment there). What names or measures one file can't be. */
function mergeGlobals(former: PaxRecords, { values, sparseOffsets }: PaxRecords, place: string): PaxRecords {
  const own = [...values.keys()].find((key) => /^(?:path|linkpath|size|GNU\.sparse\..*)$/.test(key));
  if (own !== undefined || sparseOffsets.length > 0) {
    throw hostile(`${place}: a global header gives all files one ${own ?? 'map'}`);
  }
  return { ...NO_RECORDS, values: new Map([...former.values, ...values]) };
}

async function skipData(source: ByteSource, size: number): Promise<void> {
  await source.skip(size);
  await source.skip(padding(size));
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
