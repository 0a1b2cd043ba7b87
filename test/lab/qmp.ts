/** QEMU's own remote control: one JSON object a line (docs/interop/qmp-spec.rst of QEMU). */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const POLL_MS = 50;
const CONNECT_LIMIT_MS = 15_000;
const ANSWER_LIMIT_MS = 60_000;

const replySchema = z.object({ return: z.unknown().optional(), error: z.object({ desc: z.string() }).optional() });

type Reply = z.output<typeof replySchema>;

export class Qmp {
  readonly #socket: Socket;
  #waiting: ((reply: Reply) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => {
      const reply = replySchema.parse(JSON.parse(line));
      // Greetings and events come unasked; one command is under way at a time.
      if (reply.return === undefined && reply.error === undefined) return;
      this.#waiting?.(reply);
    });
    // The end of the machine is known by its process.
    socket.on('error', () => undefined);
  }

  /** QEMU makes the socket a moment after it has started. */
  static async connect(path: string): Promise<Qmp> {
    const deadline = performance.now() + CONNECT_LIMIT_MS;
    for (;;) {
      const socket = createConnection(path);
      try {
        await once(socket, 'connect');
        const qmp = new Qmp(socket);
        await qmp.execute('qmp_capabilities');
        return qmp;
      } catch (error) {
        socket.destroy();
        if (performance.now() > deadline) throw error;
        await sleep(POLL_MS);
      }
    }
  }

  async execute(command: string, options: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`QEMU did not answer ${command}`));
      }, ANSWER_LIMIT_MS);
      this.#waiting = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: options })}\n`);
    });
    if (reply.error !== undefined) throw new Error(`QEMU refused ${command}: ${reply.error.desc}`);
    return reply.return;
  }

  close(): void {
    this.#socket.destroy();
  }
}
