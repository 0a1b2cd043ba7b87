import { hasHeaderSum, isZeroBlock, BLOCK_BYTES } from './tar/header.ts';
import type { Packing } from './unpack.ts';

/** What a file is by its first bytes. */
export type FileKind =
  | { readonly kind: 'tar' }
  | { readonly kind: 'packed'; readonly packing: Packing }
  /** Known, and not read here. */
  | { readonly kind: 'other'; readonly name: string; readonly hint: string }
  | { readonly kind: 'unknown' };

/** The last of the places looked at is the superblock of btrfs. */
export const MAGIC_BYTES = 66 * 1024;

const MOUNT =
  'Mount it read-only (`mount -o ro,loop,nodev,nosuid,noexec`, or guestmount for a disk with partitions) and give the folder.';

interface Magic {
  readonly offset: number;
  readonly bytes: string;
  readonly name: string;
  readonly hint: string;
}

const OTHERS: readonly Magic[] = [
  { offset: 0, bytes: '\xfd7zXZ\0', name: 'xz data', hint: 'Unpack it first with `xz -dk`, and give what comes out.' },
  { offset: 0, bytes: 'BZh', name: 'bzip2 data', hint: 'Unpack it first with `bzip2 -dk`, and give what comes out.' },
  {
    offset: 0,
    bytes: '\x04\x22\x4d\x18',
    name: 'lz4 data',
    hint: 'Unpack it first with `lz4 -dk`, and give what comes out.',
  },
  { offset: 0, bytes: 'PK\x03\x04', name: 'a zip archive', hint: 'Unpack it, and give the tar or folder in it.' },
  { offset: 0, bytes: 'hsqs', name: 'a squashfs image', hint: MOUNT },
  { offset: 0, bytes: 'QFI\xfb', name: 'a qcow2 disk', hint: MOUNT },
  { offset: 0, bytes: 'KDMV', name: 'a VMDK disk', hint: MOUNT },
  { offset: 0, bytes: 'vhdxfile', name: 'a VHDX disk', hint: MOUNT },
  { offset: 0x8001, bytes: 'CD001', name: 'an ISO 9660 image', hint: MOUNT },
  { offset: 1080, bytes: '\x53\xef', name: 'an ext2/3/4 file system', hint: MOUNT },
  { offset: 0x10040, bytes: '_BHRfS_M', name: 'a btrfs file system', hint: MOUNT },
  { offset: 0, bytes: 'XFSB', name: 'an XFS file system', hint: MOUNT },
  { offset: 510, bytes: '\x55\xaa', name: 'a disk or a boot sector', hint: MOUNT },
];

/** RFC 1952, section 2.3.1; RFC 8878, sections 3.1.1 and 3.1.2 (a skippable frame may come first). */
export function kindOfFile(head: Buffer): FileKind {
  if (head[0] === 0x1f && head[1] === 0x8b) return { kind: 'packed', packing: 'gzip' };
  const isSkippable =
    head.length > 3 && ((head[0] ?? 0) & 0xf0) === 0x50 && head.toString('latin1', 1, 4) === '\x2a\x4d\x18';
  if (head.toString('latin1', 0, 4) === '\x28\xb5\x2f\xfd' || isSkippable) return { kind: 'packed', packing: 'zstd' };
  const block = head.subarray(0, BLOCK_BYTES);
  if (block.length === BLOCK_BYTES && hasHeaderSum(block)) return { kind: 'tar' };
  const known = OTHERS.find(({ offset, bytes }) => head.toString('latin1', offset, offset + bytes.length) === bytes);
  if (known !== undefined) return { kind: 'other', name: known.name, hint: known.hint };
  return block.length === BLOCK_BYTES && isZeroBlock(block) ? { kind: 'tar' } : { kind: 'unknown' };
}
