import { writeTo } from '../verification/write-to.ts';

const BATCH_CHARACTERS = 64 * 1024;
/** What is known is shown this soon, when there is more to come at once. */
const BATCH_MS = 200;

/** Writes lines as they come where a person looks, and many at once where a file or a program takes them. */
export class LineOutput {
  readonly #stream: NodeJS.WriteStream;
  #text = '';
  #since = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  async write(text: string): Promise<void> {
    this.#text += text;
    const isDue = this.#text.length >= BATCH_CHARACTERS || performance.now() - this.#since >= BATCH_MS;
    if (this.#stream.isTTY || isDue) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    this.#since = performance.now();
    if (text !== '') await writeTo(this.#stream, text);
  }
}
