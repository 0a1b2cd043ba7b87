import { createConnection } from 'node:net';
import process from 'node:process';
import { evidenceError, reasonOf } from '../error.ts';
import type { VerificationKey } from '../../signatures/dsse/public-key.ts';
import { keyOfBlob, readSshString, sshBlob, sshString } from './openssh.ts';

/** Numbers of messages: draft-ietf-sshm-ssh-agent, section 6.1. */
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const LENGTH_BYTES = 4;
/** As much as OpenSSH's own agent takes. */
const ANSWER_LIMIT_BYTES = 256 * 1024;
const KEYS_LIMIT = 1000;
/** Somebody may have to touch a token, or to type a word. */
const ANSWER_LIMIT_MS = 90_000;
const NO_FLAGS = Buffer.alloc(4);

/** An Ed25519 key that the agent holds. */
export interface AgentKey {
  readonly key: VerificationKey;
  readonly comment: string;
}

export async function agentKeys(): Promise<readonly AgentKey[]> {
  const answer = await ask(Buffer.from([REQUEST_IDENTITIES]));
  if (answer[0] !== IDENTITIES_ANSWER || answer.length < 1 + LENGTH_BYTES) throw refused('it does not name its keys');
  const count = Math.min(answer.readUInt32BE(1), KEYS_LIMIT);
  const keys: AgentKey[] = [];
  let rest = answer.subarray(1 + LENGTH_BYTES);
  for (let index = 0; index < count; index += 1) {
    const blob = readSshString(rest);
    const comment = blob && readSshString(blob.rest);
    if (blob === undefined || comment === undefined) throw refused('its list of keys is malformed');
    const key = keyOfBlob(blob.value);
    if (key !== undefined) keys.push({ key, comment: comment.value.toString() });
    rest = comment.rest;
  }
  return keys;
}

/** Has the agent sign: of an Ed25519 key that is the plain signature over the very bytes (RFC 8709 section 6). */
export async function signWithAgent(key: VerificationKey, bytes: Uint8Array): Promise<Uint8Array> {
  const request = Buffer.concat([Buffer.from([SIGN_REQUEST]), sshString(sshBlob(key)), sshString(bytes), NO_FLAGS]);
  const answer = await ask(request);
  if (answer[0] !== SIGN_RESPONSE)
    throw refused('it does not sign with the key: it does not hold it, or somebody said no');
  const signature = readSshString(answer.subarray(1));
  const algorithm = signature && readSshString(signature.value);
  const raw = algorithm && readSshString(algorithm.rest);
  if (raw === undefined) throw refused('its signature is malformed');
  return raw.value;
}

function ask(message: Buffer): Promise<Buffer> {
  const path = process.env['SSH_AUTH_SOCK'] ?? '';
  if (path === '') throw refused('SSH_AUTH_SOCK does not say where it is');
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let received = Buffer.alloc(0);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const fail = (reason: string): void => {
      end(() => {
        reject(refused(reason));
      });
    };
    const timer = setTimeout(() => {
      fail('it does not answer');
    }, ANSWER_LIMIT_MS);
    socket.on('error', (error) => {
      fail(reasonOf(error));
    });
    socket.on('close', () => {
      fail('it closed the connection');
    });
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = readSshString(received);
      if (answer !== undefined)
        end(() => {
          resolve(answer.value);
        });
      else if (received.length > ANSWER_LIMIT_BYTES) fail('its answer is too long');
    });
    socket.write(sshString(message));
  });
}

function refused(reason: string): Error {
  const hint = '`ssh-add -l` shows what it holds.';
  return evidenceError('ssh-agent', `The ssh agent could not be used: ${reason}.`, { hint });
}
