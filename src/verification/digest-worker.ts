import { parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './digest-message.ts';
import { Lane } from './lane.ts';

/*
 * A thread that does nothing but digest: an entry point of its own, beside the program. The bytes lie in memory that it shares
 * with the thread that reads them.
 */
interface OpenLane {
  readonly lane: Lane;
  readonly slots: readonly Uint8Array[];
}

const lanes = new Map<number, OpenLane>();

parentPort?.on('message', (message: ToWorker) => {
  const answer = handle(message);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  if (answer !== undefined) parentPort?.postMessage(answer);
});

function handle(message: ToWorker): FromWorker | undefined {
  switch (message.kind) {
    case 'open': {
      const slots = message.slots.map((slot) => new Uint8Array(slot));
      lanes.set(message.lane, { lane: new Lane(message.spec), slots });
      return undefined;
    }
    case 'update': {
      const { lane, slots } = open(message.lane);
      lane.update(slots[message.slot]?.subarray(0, message.lengthBytes) ?? new Uint8Array());
      return { kind: 'updated', lane: message.lane };
    }
    case 'finish':
      return { kind: 'finished', lane: message.lane, digests: open(message.lane).lane.digests(message.suffixes) };
    case 'drop':
      lanes.delete(message.lane);
      return undefined;
  }
}

function open(number: number): OpenLane {
  const lane = lanes.get(number);
  if (lane === undefined) throw new Error(`lane ${number} is not open`);
  return lane;
}
