import type { ByteText } from '../../core/byte-text.ts';
import { classRules, fileRules, filesAmongClasses, readRules } from './rules.ts';
import { permissionsAt, PERMISSION } from './permissions.ts';
import {
  type Attachments,
  type CapabilitySets,
  type CompiledProfile,
  type NetworkSets,
  PROFILE_MODES,
  type Secmark,
} from './profile.ts';
import { type PolicyStream, TAG } from './stream.ts';

export interface ProfileFrame {
  readonly abi: number;
  readonly isForcedToComplain: boolean;
  readonly namespace: ByteText | undefined;
}

const HAT = 1;
/** PATH_MEDIATE_DELETED: what the kernel assumes where no flags stand. */
const DEFAULT_PATH_FLAGS = 0x10000;
const RLIMITS_MAX = 64;
const HIGH_WORD = 32n;
const QUALIFIED = /^:([^:]+):(?:\/\/)?(.+)$/s;

/** unpack_profile() of policy_unpack.c, and what parsers write that newer kernels than its source read. */
export function readProfile(stream: PolicyStream, frame: ProfileFrame): CompiledProfile {
  if (!stream.take(TAG.struct, 'profile')) stream.fail('a profile is missing');
  const written = stream.string('the name of the profile');
  const [, ownNamespace, ownName] = QUALIFIED.exec(written) ?? [];
  const name = ownName ?? written;
  if (name === '') stream.fail('the profile has no name');
  const namespace = ownNamespace ?? frame.namespace;
  const rename = stream.optionalString('rename');
  const attachment = stream.optionalString('attach');
  const attachments = readAttachments(stream);
  const disconnectedPath = stream.optionalString('disconnected');
  const disconnectedIpc = stream.optionalString('disconnected_ipc');
  const killSignal = stream.optionalU32('kill');
  const errorCode = stream.optionalU32('error');
  const flags = readFlags(stream, frame);
  const pathFlags = stream.optionalU32('path_flags') ?? DEFAULT_PATH_FLAGS;
  const capabilities = readCapabilities(stream);
  const identities = readTexts(stream, 'identity');
  const xattrs = readXattrs(stream);
  const rlimits = readRlimits(stream);
  const secmarks = readSecmarks(stream);
  const network = readNetwork(stream);
  const rules = readBoth(stream);
  const data = readData(stream);
  stream.end(TAG.structEnd, 'the profile');
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(rename !== undefined && { rename }),
    ...(attachment !== undefined && { attachment }),
    ...(attachments !== undefined && { attachments }),
    abi: frame.abi,
    ...flags,
    pathFlags,
    ...(disconnectedPath !== undefined && { disconnectedPath }),
    ...(disconnectedIpc !== undefined && { disconnectedIpc }),
    ...(killSignal !== undefined && { killSignal }),
    ...(errorCode !== undefined && { errorCode }),
    identities,
    capabilities,
    xattrs,
    rlimits,
    secmarks,
    ...(network !== undefined && { network }),
    ...rules,
    data,
  };
}

function readAttachments(stream: PolicyStream): Attachments | undefined {
  const read = readRules(stream);
  if (read === undefined) return undefined;
  const length = stream.u32('the length of the attachment');
  const rules = classRules(read.accept2 === undefined ? { ...read, accept2: read.accept.map(() => 0) } : read, stream);
  const accepts = Uint8Array.from({ length: read.automaton.stateCount }, (_, state) =>
    (permissionsAt(rules, state).allow & PERMISSION.execute) === 0 ? 0 : 1,
  );
  return { automaton: read.automaton, accepts, length };
}

function readFlags(
  stream: PolicyStream,
  { isForcedToComplain }: ProfileFrame,
): Pick<CompiledProfile, 'flags' | 'isHat' | 'mode' | 'isAudited'> {
  if (!stream.take(TAG.struct, 'flags')) stream.fail('the flags of the profile are missing');
  const flags = stream.u32('the flags of the profile');
  const mode = PROFILE_MODES[stream.u32('the mode of the profile')];
  const audit = stream.u32('the flag of auditing');
  stream.end(TAG.structEnd, 'the flags');
  if (mode === undefined) return stream.fail('the profile has an unknown mode');
  return { flags, isHat: (flags & HAT) !== 0, mode: isForcedToComplain ? 'complain' : mode, isAudited: audit !== 0 };
}

function readCapabilities(stream: PolicyStream): CapabilitySets {
  const words = (): readonly [bigint, bigint, bigint] => {
    const word = (): bigint => BigInt(stream.u32('the capabilities'));
    const three = [word(), word(), word()] as const;
    // What was inheritable once.
    word();
    return three;
  };
  const low = words();
  let high: readonly [bigint, bigint, bigint] = [0n, 0n, 0n];
  if (stream.take(TAG.struct, 'caps64')) {
    high = words();
    stream.end(TAG.structEnd, 'the capabilities');
  }
  let extended = 0n;
  if (stream.take(TAG.struct, 'capsx')) {
    const first = BigInt(stream.u32('the extended capabilities'));
    extended = first | (BigInt(stream.u32('the extended capabilities')) << HIGH_WORD);
    stream.end(TAG.structEnd, 'the extended capabilities');
  }
  const both = (index: 0 | 1 | 2): bigint => low[index] | (high[index] << HIGH_WORD);
  return { allow: both(0), audit: both(1), quiet: both(2), extended };
}

function readTexts(stream: PolicyStream, name?: string): readonly ByteText[] {
  const count = name === undefined ? stream.array('an array of texts') : stream.optionalArray(name);
  if (count === undefined) return [];
  const texts: ByteText[] = [];
  for (let i = 0; i < count; i++) texts.push(stream.string('a text'));
  stream.end(TAG.arrayEnd, 'an array of texts');
  return texts;
}

function readXattrs(stream: PolicyStream): readonly ByteText[] {
  if (!stream.take(TAG.struct, 'xattrs')) return [];
  const names = readTexts(stream);
  stream.end(TAG.structEnd, 'the extended attributes');
  return names;
}

function readRlimits(stream: PolicyStream): ReadonlyMap<number, bigint> {
  if (!stream.take(TAG.struct, 'rlimits')) return new Map();
  const set = stream.u32('the limits of resources');
  const count = stream.array('the limits of resources');
  if (count > RLIMITS_MAX) stream.fail('there are more limits than resources');
  const limits = new Map<number, bigint>();
  for (let resource = 0; resource < count; resource++) {
    const limit = stream.u64('a limit of a resource');
    if (((set >>> resource) & 1) !== 0) limits.set(resource, limit);
  }
  stream.end(TAG.arrayEnd, 'the limits of resources');
  stream.end(TAG.structEnd, 'the limits of resources');
  return limits;
}

function readSecmarks(stream: PolicyStream): readonly Secmark[] {
  if (!stream.take(TAG.struct, 'secmark')) return [];
  const count = stream.array('the marks of packets');
  const marks: Secmark[] = [];
  for (let i = 0; i < count; i++) {
    const isAudited = stream.u8('a mark of packets') !== 0;
    const isDenied = stream.u8('a mark of packets') !== 0;
    marks.push({ isAudited, isDenied, label: stream.string('a mark of packets') });
  }
  stream.end(TAG.arrayEnd, 'the marks of packets');
  stream.end(TAG.structEnd, 'the marks of packets');
  return marks;
}

/** What kernels with Ubuntu's patches before `network_v8` mediate by; upstream never read it. */
function readNetwork(stream: PolicyStream): readonly NetworkSets[] | undefined {
  const count = stream.optionalArray('net_allowed_af');
  if (count === undefined) return undefined;
  const families: NetworkSets[] = [];
  const word = (): number => stream.u16('what is allowed of an address family');
  for (let i = 0; i < count; i++) families.push({ allow: word(), audit: word(), quiet: word() });
  stream.end(TAG.arrayEnd, 'the address families');
  return families;
}

function readBoth(stream: PolicyStream): Pick<CompiledProfile, 'classes' | 'files'> {
  let classes: ReturnType<typeof readRules>;
  if (stream.take(TAG.struct, 'policydb')) {
    classes = readRules(stream) ?? stream.fail('the automaton of classes is missing');
    stream.end(TAG.structEnd, 'the automaton of classes');
  }
  const own = readRules(stream);
  const files = own === undefined ? classes && filesAmongClasses(classes, stream) : fileRules(own, stream);
  return {
    ...(classes !== undefined && { classes: classRules(classes, stream) }),
    ...(files !== undefined && { files }),
  };
}

function readData(stream: PolicyStream): CompiledProfile['data'] {
  if (!stream.take(TAG.struct, 'data')) return [];
  const data: { readonly key: ByteText; readonly value: Uint8Array }[] = [];
  for (let key = stream.optionalString(); key !== undefined; key = stream.optionalString())
    data.push({ key, value: stream.optionalBlob() ?? new Uint8Array() });
  stream.end(TAG.structEnd, 'the data');
  return data;
}
