import { UNPACKED_LIMIT_BYTES } from './limits.ts';
import { type FileKind, kindOfFile, MAGIC_BYTES } from './magic.ts';
import type { Layer } from './oci/candidate.ts';
import { Summed } from './oci/digest.ts';
import { damaged, refusal, tooMuch } from './refusal.ts';
import { type Region, RegionSource, StreamSource } from './tar/byte-source.ts';
import { readTar } from './tar/read-tar.ts';
import { openSpool, type Spool } from './tar/spool.ts';
import { readFully } from './tree/read-fully.ts';
import type { TreeBuilder } from './tree/tree-builder.ts';
import { type Allowance, chunksOf, type Packing, unpack } from './unpack.ts';

/** Reads the archives of one image; what had to be unpacked stays readable until it is closed. */
export class ArchiveReader {
  readonly #allowance: Allowance = { bytes: UNPACKED_LIMIT_BYTES };
  #spool: Spool | undefined;

  /** A tar that stands for itself, plain or packed. */
  async readArchive(region: Region, builder: TreeBuilder): Promise<void> {
    const kind = await kindOf(region);
    if (kind.kind === 'other') throw refusal('requirement', `the file is ${kind.name}`, kind.hint);
    if (kind.kind === 'unknown') {
      throw refusal(
        'requirement',
        'the file is neither a tar nor an archive of an image',
        'Give a folder, a tar (plain, gzip or zstd), an OCI image layout or archive, or what `docker save` writes.',
      );
    }
    const visit = visitor(builder);
    if (kind.kind === 'tar') {
      await readTar(new RegionSource(region), { visit, requiresEnd: true });
      return;
    }
    const chunks = this.#unpacked(chunksOf(region), region, kind.packing);
    await this.#readStream(chunks, { visit, requiresEnd: true });
  }

  /** A layer of an image, which must be what its digest says. */
  async readLayer(region: Region, layer: Layer, builder: TreeBuilder): Promise<void> {
    const { name, packed, unpacked } = layer;
    if (packed !== undefined && packed.sizeBytes !== region.length) {
      throw damaged(`${name} has ${String(region.length)} bytes, and should have ${String(packed.sizeBytes)}`);
    }
    // The same layer may be named any number of times.
    this.#allowance.bytes -= region.length;
    if (this.#allowance.bytes < 0) throw tooMuch('bytes in layers', UNPACKED_LIMIT_BYTES);
    builder.beginLayer();
    const kind = await kindOf(region);
    if (kind.kind === 'other')
      throw refusal('requirement', `${name} is ${kind.name}`, 'Convert the image with `skopeo copy`, to gzip or zstd.');
    const sums = [packed?.digest, unpacked].map((digest) =>
      digest === undefined ? undefined : new Summed(digest, name),
    );
    const [packedSum, unpackedSum] = sums;
    const options = { visit: visitor(builder), requiresEnd: false };
    const bytes = through(packedSum, chunksOf(region));
    if (kind.kind === 'packed') {
      await this.#readStream(through(unpackedSum, this.#unpacked(bytes, region, kind.packing)), options);
    } else {
      await drain(through(unpackedSum, bytes));
    }
    await drain(bytes);
    for (const sum of sums) sum?.check();
    if (kind.kind !== 'packed') await readTar(new RegionSource(region), options);
  }

  async close(): Promise<void> {
    await this.#spool?.close();
  }

  #unpacked(bytes: AsyncIterable<Buffer>, region: Region, packing: Packing): AsyncGenerator<Buffer, undefined> {
    return unpack(bytes, { packing, packedBytes: region.length, allowance: this.#allowance });
  }

  /** To its end, past that of the tar: only there are the sums of gzip and zstd. */
  async #readStream(chunks: AsyncGenerator<Buffer, undefined>, options: Parameters<typeof readTar>[1]): Promise<void> {
    this.#spool ??= await openSpool();
    await readTar(new StreamSource(chunks, this.#spool), options);
    await drain(chunks);
    await this.#spool.flush();
  }
}

function visitor(builder: TreeBuilder): Parameters<typeof readTar>[1]['visit'] {
  return (member) => {
    builder.add(member);
  };
}

async function kindOf({ file, start, length }: Region): Promise<FileKind> {
  const head = await readFully(file, { position: start, length: Math.min(length, MAGIC_BYTES) });
  return kindOfFile(Buffer.from(head));
}

function through(
  sum: Summed | undefined,
  chunks: AsyncGenerator<Buffer, undefined>,
): AsyncGenerator<Buffer, undefined> {
  return sum === undefined ? chunks : sum.through(chunks);
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
