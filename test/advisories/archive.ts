/** Archives as OSV publishes them, and such as nobody should: made here, byte by byte, to be read by the program. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ArchiveFile {
  readonly name: string;
  readonly text: string | Uint8Array;
  /** What the archive says of its size, where that is not the truth. */
  readonly claimedBytes?: number;
}

const DEFLATE = 8;
const VERSION = 20;
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_HEADER = 0x06054b50;
const UTF8_NAMES = 0x0800;

/** A zip archive (PKWARE's APPNOTE.TXT, 4.3): each file, then the central directory, then where that begins. */
export function zip(files: readonly ArchiveFile[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, claimedBytes } of files) {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(22);
    common.writeUInt16LE(UTF8_NAMES, 0);
    common.writeUInt16LE(DEFLATE, 2);
    common.writeUInt32LE(crc32(bytes), 8);
    common.writeUInt32LE(packed.length, 12);
    common.writeUInt32LE(claimedBytes ?? bytes.length, 16);
    common.writeUInt16LE(nameBytes.length, 20);
    const local = Buffer.concat([words(LOCAL_HEADER, VERSION), common, Buffer.alloc(2), nameBytes, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const versions = Buffer.alloc(4);
    versions.writeUInt16LE(VERSION, 0);
    versions.writeUInt16LE(VERSION, 2);
    directory.push(Buffer.concat([words(CENTRAL_HEADER), versions, common, Buffer.alloc(2), place, nameBytes]));
    bodies.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_HEADER, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

function words(signature: number, version?: number): Buffer {
  const bytes = Buffer.alloc(version === undefined ? 4 : 6);
  bytes.writeUInt32LE(signature, 0);
  if (version !== undefined) bytes.writeUInt16LE(version, 4);
  return bytes;
}
