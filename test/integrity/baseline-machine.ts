/** A tree of files with everything that a tree can have, and a key to sign baselines of it. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeBaseline } from '../../src/controls/integrity/baseline/observe.ts';
import { type BaselinePolicy, baselinePolicy } from '../../src/controls/integrity/baseline/policy.ts';
import { signBaseline } from '../../src/evidence/index.ts';
import type { Host } from '../../src/host/host.ts';
import { readPublicKey } from '../../src/signatures/dsse/public-key.ts';
import { type TrustPolicy, trustPolicy } from '../../src/signatures/trust.ts';

/** A name with a line end, and bytes that are no UTF-8. */
export const ODD = Buffer.from([0x6f, 0x64, 0x64, 0x0a, 0xff, 0xfe, 0x5c, 0x22]);

export class Machine {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'freehold-baseline-'));
  readonly tree: string = join(this.folder, 'tree');
  readonly policy: BaselinePolicy;
  readonly trust: TrustPolicy;
  readonly #pair = generateKeyPairSync('ed25519');
  readonly #socket: Server;

  constructor(wish: Partial<BaselinePolicy> = {}) {
    this.policy = { ...baselinePolicy.parse({ trees: [this.tree], store: join(this.folder, 'store') }), ...wish };
    this.trust = trustPolicy.parse({ attestations: [{ key: this.publicKey, name: 'the key of the test' }] });
    mkdirSync(join(this.tree, 'folder/deep'), { recursive: true });
    writeFileSync(join(this.tree, 'file'), 'a file\n');
    writeFileSync(join(this.tree, 'folder/deep/other'), 'another\n');
    writeFileSync(join(this.tree, 'ä € \\ "x'), 'a name\n');
    writeFileSync(Buffer.concat([Buffer.from(`${this.tree}/`), ODD]), 'odd\n');
    symlinkSync('file', join(this.tree, 'link'));
    symlinkSync('/nowhere', join(this.tree, 'dangling'));
    linkSync(join(this.tree, 'file'), join(this.tree, 'hard'));
    spawnSync('mkfifo', [join(this.tree, 'fifo')]);
    chmodSync(join(this.tree, 'fifo'), 0o644);
    this.#socket = createServer().listen(join(this.tree, 'socket'));
  }

  get publicKey(): string {
    return this.#pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  }

  get file(): string {
    return join(this.policy.store, `${this.policy.name}.jsonl`);
  }

  get signature(): string {
    return `${this.file}.intoto.jsonl`;
  }

  async take(host: Host): Promise<Uint8Array> {
    const taken = await takeBaseline(host, this.policy);
    if (taken.kind === 'failed') throw new Error(taken.reason);
    await this.store(taken.bytes);
    return taken.bytes;
  }

  async store(bytes: Uint8Array): Promise<void> {
    mkdirSync(this.policy.store, { recursive: true });
    writeFileSync(this.file, bytes);
    writeFileSync(this.signature, await this.sign(bytes));
  }

  async sign(bytes: Uint8Array): Promise<Buffer> {
    return signBaseline({ name: `${this.policy.name}.jsonl`, sha256: hash('sha256', bytes), about: null }, this.signer);
  }

  get signer(): Parameters<typeof signBaseline>[1] {
    const read = readPublicKey(this.publicKey);
    if (read.kind === 'refused') throw new Error(read.reason);
    return {
      key: read.key,
      name: 'test',
      sign: (signed: Uint8Array) => Promise.resolve(sign(null, signed, this.#pair.privateKey)),
    };
  }

  remove(): void {
    this.#socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
