import { type ByteText, compareBytes, shown } from '../../core/byte-text.ts';
import { whyInterpreter } from '../interpreters.ts';
import { type Fact, factKey } from './fact.ts';
import { bit, bitsOfLetters } from './permissions.ts';
import { type Places, segmentsOf } from './places.ts';
import { writtenPath } from './path-text.ts';

/** How a program that was executed goes on. */
export type ExecChoice =
  | { readonly kind: 'inherit'; readonly reason: string }
  | { readonly kind: 'profile'; readonly name: string; readonly reason: string }
  | { readonly kind: 'child'; readonly name: string; readonly reason: string }
  /** A person has to say. */
  | { readonly kind: 'open'; readonly reason: string };

export interface Exec {
  /** In which block the rule stands. */
  readonly block: ByteText;
  readonly path: ByteText;
  readonly choice: ExecChoice;
  readonly facts: readonly Fact[];
}

export interface Execs {
  readonly execs: readonly Exec[];
  /** Where what was done under a label belongs; none for what is no part of this profile, with the reason in {@link strays}. */
  readonly blockOf: ReadonlyMap<ByteText, ByteText>;
  readonly strays: ReadonlyMap<ByteText, string>;
}

export interface OtherProfile {
  readonly name: string;
  /** The kernel then runs the program under a profile that forbids nothing but what it denies (apparmor.d(5), flags). */
  readonly isComplaining: boolean;
}

export interface ExecContext {
  /** The label of the profile, and of the children and hats that it has. */
  readonly label: ByteText;
  readonly children: ReadonlySet<ByteText>;
  /** The path of the program. */
  readonly program: ByteText | undefined;
  /** The other profile that is for a program. */
  readonly profileFor: (path: ByteText) => OtherProfile | undefined;
  /** Programs of which a person said that they may go on under the same rules. */
  readonly allowed: ReadonlySet<ByteText>;
  readonly places: Places;
}

const OWN_PROFILE = 'it has a profile of its own';
const COMPLAINING =
  'it has a profile of its own, which is in complain mode: the program is not confined until that is enforced';
const NULL = '//null-';
/** Where packages have folders of their own; beside each other in /usr/bin says nothing, and homes are anybody's. */
const PACKAGE_FOLDER =
  /^\/(?:usr\/(?:local\/)?(?:lib|lib64|libexec|share)|opt|lib)\/(?![a-z0-9_]+-linux-gnu)[^/]+(?=\/)/;
const CHILD_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** Decides of every program that was executed, the callers first. */
export function decideExecs(byLabel: ReadonlyMap<ByteText, readonly Fact[]>, context: ExecContext): Execs {
  return new Decider(byLabel, context).decide();
}

class Decider {
  readonly #context: ExecContext;
  readonly #byLabel: ReadonlyMap<ByteText, readonly Fact[]>;
  readonly #blockOf = new Map<ByteText, ByteText>();
  readonly #strays = new Map<ByteText, string>();
  readonly #execs: Exec[] = [];
  readonly #childNames = new Map<string, ByteText>();

  constructor(byLabel: ReadonlyMap<ByteText, readonly Fact[]>, context: ExecContext) {
    this.#context = context;
    this.#byLabel = byLabel;
    this.#blockOf.set(context.label, context.label);
    for (const child of context.children) {
      this.#blockOf.set(child, child);
      this.#childNames.set(child.slice(context.label.length + '//'.length), child);
    }
  }

  decide(): Execs {
    const labels = [...this.#byLabel.keys()].toSorted((a, b) => depth(a) - depth(b) || compareBytes(a, b));
    for (const label of labels) {
      const block = this.#blockOf.get(label);
      if (block === undefined) this.#addStray(label);
      else this.#decideIn(label, block);
    }
    return { execs: joinExecs(this.#execs), blockOf: this.#blockOf, strays: this.#strays };
  }

  #addStray(label: ByteText): void {
    if (this.#strays.has(label)) return;
    this.#strays.set(
      label,
      label.includes(NULL)
        ? 'the log does not say what was executed to come to this label'
        : 'the profile has no child or hat of this name',
    );
  }

  #decideIn(label: ByteText, block: ByteText): void {
    const byPath = new Map<ByteText, Fact[]>();
    for (const fact of this.#byLabel.get(label) ?? []) {
      const { operation, name } = fact.event;
      if (operation !== 'exec' || name === undefined || (bitsOfLetters(fact.event.requested) & bit('x')) === 0)
        continue;
      const same = byPath.get(name);
      if (same === undefined) byPath.set(name, [fact]);
      else same.push(fact);
    }
    for (const path of [...byPath.keys()].toSorted(compareBytes)) {
      const facts = byPath.get(path) ?? [];
      const targets = [...new Set([...facts.map(({ event }) => event.target ?? ''), `${label}${NULL}${path}`])].filter(
        (target) => target.startsWith(`${label}${NULL}`),
      );
      const choice = this.#choose(path, { block, label, targets });
      this.#execs.push({ block, path, choice, facts });
      for (const target of targets) this.#enter(target, block, choice);
    }
  }

  #enter(target: ByteText, block: ByteText, choice: ExecChoice): void {
    if (choice.kind === 'inherit') this.#blockOf.set(target, block);
    else if (choice.kind === 'child') this.#blockOf.set(target, `${this.#context.label}//${choice.name}`);
    else {
      this.#markStray(
        target,
        choice.kind === 'profile'
          ? `it is for the profile ${shown(choice.name)}, which this program changes to`
          : 'the program it was done by waits for a decision',
      );
    }
  }

  /** With all that was executed from there. */
  #markStray(target: ByteText, reason: string): void {
    for (const label of this.#byLabel.keys()) {
      if (label === target || label.startsWith(`${target}//`)) this.#strays.set(label, reason);
    }
  }

  #choose(
    path: ByteText,
    {
      block,
      label,
      targets,
    }: { readonly block: ByteText; readonly label: ByteText; readonly targets: readonly ByteText[] },
  ): ExecChoice {
    const { program, allowed, profileFor } = this.#context;
    if (allowed.has(path)) return { kind: 'inherit', reason: 'a person allowed it' };
    const why = whyInterpreter(path);
    if (why !== undefined) return { kind: 'open', reason: why };
    const other = profileFor(path);
    if (other !== undefined)
      return { kind: 'profile', name: other.name, reason: other.isComplaining ? COMPLAINING : OWN_PROFILE };
    if (program !== undefined && isSamePackage(program, path)) {
      return { kind: 'inherit', reason: 'it lies with the program itself' };
    }
    const own = [...this.#byLabel.keys()].filter((one) =>
      targets.some((target) => one === target || one.startsWith(`${target}//`)),
    );
    const done = own.flatMap((one) => this.#byLabel.get(one) ?? []);
    if (done.length === 0) {
      return {
        kind: 'open',
        reason: 'nothing is known of what it does: it was denied, or did nothing that was logged',
      };
    }
    if (this.#isWithin(done, label, path)) {
      return { kind: 'inherit', reason: 'it did nothing that the program does not do itself' };
    }
    if (block !== this.#context.label) {
      return { kind: 'open', reason: 'it was started by a child profile, and children have none of their own' };
    }
    return { kind: 'child', name: this.#childName(path), reason: 'it needs what the program does not' };
  }

  /** Whether all that was done is done by the caller as well; a program reads and maps itself. */
  #isWithin(done: readonly Fact[], caller: ByteText, path: ByteText): boolean {
    const known = new Map<string, number>();
    for (const fact of this.#byLabel.get(caller) ?? []) {
      const key = this.#keyOf(fact);
      known.set(key, (known.get(key) ?? 0) | bitsOfLetters(fact.event.requested));
    }
    return done.every((fact) => {
      if (fact.event.name === path) return true;
      const bits = known.get(this.#keyOf(fact));
      return bits !== undefined && (bitsOfLetters(fact.event.requested) & ~bits) === 0;
    });
  }

  #keyOf({ event, isOwner }: Fact): string {
    if (event.class !== 'file' || event.name === undefined) return factKey(event).slice(event.profile.length);
    const placed = this.#context.places.place(event.name, isOwner);
    return `${String(isOwner)} ${writtenPath(segmentsOf(placed), placed.isFolder)}`;
  }

  #childName(path: ByteText): string {
    const base = path.slice(path.lastIndexOf('/') + 1);
    const plain = CHILD_NAME.test(base) ? base : 'child';
    let name = plain;
    for (let number = 2; (this.#childNames.get(name) ?? path) !== path; number += 1)
      name = `${plain}-${String(number)}`;
    this.#childNames.set(name, path);
    return name;
  }
}

function depth(label: ByteText): number {
  return label.split('//').length;
}

/** The same program may have been started from several labels of one block. */
function joinExecs(execs: readonly Exec[]): readonly Exec[] {
  const joined = new Map<string, Exec>();
  for (const exec of execs) {
    const key = `${exec.block}\0${exec.path}`;
    const there = joined.get(key);
    // What is open for one caller is open.
    const choice = there?.choice.kind === 'open' ? there.choice : exec.choice;
    joined.set(key, { ...exec, choice, facts: [...(there?.facts ?? []), ...exec.facts] });
  }
  return [...joined.values()];
}

/** Whether two programs lie in the folder of one package. */
function isSamePackage(program: ByteText, path: ByteText): boolean {
  const folder = PACKAGE_FOLDER.exec(program)?.[0];
  return folder !== undefined && path.startsWith(`${folder}/`);
}
