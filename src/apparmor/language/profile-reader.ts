import { shown } from '../../core/byte-text.ts';
import { isAtLeast } from './dialect.ts';
import { readCondition } from './conditional.ts';
import type { Draft, DraftBody, Prefix } from './draft.ts';
import { type Header, readHeader } from './header.ts';
import type { Includer } from './lexer/includer.ts';
import type { Token } from './lexer/token.ts';
import { type Body, emptyBody, type ProfileDraft } from './profile-draft.ts';
import type { Reader } from './reader.ts';
import { isPrefixRight, prefixInBlock, readPrefix, readRuleBody } from './rules/read-rule.ts';
import { readRlimitRule } from './rules/rlimit.ts';
import type { Variables } from './variables.ts';

const NO_PREFIX: Prefix = { priority: 0, isAudited: false };

/** Reads profiles, and what stands in them. */
export class ProfileReader {
  readonly #reader: Reader;
  readonly #includer: Includer;
  readonly #variables: Variables;

  constructor(reader: Reader, parts: { readonly includer: Includer; readonly variables: Variables }) {
    this.#reader = reader;
    this.#includer = parts.includer;
    this.#variables = parts.variables;
  }

  /** A profile of the policy itself; `undefined` when its first line can't be read. */
  readProfile(): ProfileDraft | undefined {
    const first = this.#reader.peek();
    const keyword = this.#reader.accept('profile', 'hat', '^');
    const profile = this.#readFrom({
      kind: keyword === undefined || keyword.kind === 'profile' ? 'profile' : 'hat',
      first,
    });
    if (profile === undefined) return undefined;
    const { label, name } = profile.header;
    if (keyword === undefined && !label.name.startsWith('/') && label.namespace === undefined)
      this.#reader.fail(name, {
        code: 'profile-name',
        message: 'a profile begins with “profile”, “hat”, a path or a namespace',
      });
    return profile;
  }

  /** `abi <…>,` at a place where rules stand. */
  readAbi(): boolean {
    const keyword = this.#reader.next();
    const name = this.#reader.accept('id', 'value') ?? this.#reader.unexpected('the name of a file of features');
    if (name === undefined || this.#reader.expect(',', 'a comma') === undefined) return false;
    const isSearched = name.kind === 'id';
    if (isSearched && (name.value === 'kernel' || (name.value === 'default' && isAtLeast(this.#reader.dialect, '5.0'))))
      return true;
    if (!this.#includer.hasFeatures(name.value, isSearched))
      this.#reader.fail(keyword, { code: 'abi', message: `the features ${shown(name.text)} are not there` });
    return true;
  }

  #readFrom(start: Pick<Header, 'kind' | 'first'>): ProfileDraft | undefined {
    const { lexer } = this.#reader;
    const header = readHeader(this.#reader, start);
    if (header === undefined) return undefined;
    const outer = lexer.includes;
    lexer.includes = [];
    this.#includer.enterBlock();
    const body = this.#readBlock();
    const { includes } = lexer;
    lexer.includes = outer;
    this.#includer.leaveBlock();
    return { header, body, includes, last: this.#reader.last ?? header.name };
  }

  /** Behind an opening brace, up to the closing one. */
  #readBlock(): Body {
    const body = this.#reader.nest(() => this.#readItems());
    if (body !== undefined) return body;
    // Where blocks end can't be known any more.
    while (this.#reader.peek().kind !== 'end') this.#reader.next();
    return emptyBody();
  }

  #readItems(): Body {
    const body = emptyBody();
    for (;;) {
      const token = this.#reader.peek();
      if (token.kind === '}') {
        this.#reader.next();
        return body;
      }
      if (token.kind === 'end') {
        this.#reader.unexpected('“}”');
        return body;
      }
      const start = this.#reader.taken;
      if (!this.#readItem(body)) this.#reader.recover(start);
    }
  }

  #readItem(body: Body): boolean {
    const token = this.#reader.peek();
    if (token.kind === 'profile' || token.kind === 'hat' || token.kind === '^') return this.#readChild(body);
    if (token.kind === 'keyword' && token.value === 'abi') return this.readAbi();
    if (token.kind === 'keyword' && token.value === 'if') return this.#readConditional(body);
    if (token.kind === 'keyword' && token.value === 'set')
      return this.#readRule(body, { prefix: NO_PREFIX, first: token, read: readRlimitRule });
    const prefix = readPrefix(this.#reader);
    if (prefix === undefined) return false;
    if (this.#reader.accept('{') !== undefined) return this.#readPrefixed(body, prefix, token);
    return this.#readRule(body, { prefix, first: token, read: readRuleBody });
  }

  #readRule(
    body: Body,
    { prefix, first, read }: { prefix: Prefix; first: Token; read: (reader: Reader) => DraftBody | undefined },
  ): boolean {
    const draft = read(this.#reader);
    if (draft === undefined) return false;
    const rule: Draft = { body: draft, prefix, first, last: this.#reader.last ?? first };
    // What is wrong with the prefix is told; the rule is at its end, so that nothing has to be left out.
    if (isPrefixRight(this.#reader, rule)) body.drafts.push(rule);
    return true;
  }

  #readChild(body: Body): boolean {
    const first = this.#reader.next();
    const child = this.#readFrom({ kind: first.kind === 'profile' ? 'profile' : 'hat', first });
    if (child === undefined) return false;
    if (child.header.kind === 'hat' && child.header.xattrs !== undefined)
      this.#reader.fail(child.header.xattrs.token, { code: 'hat', message: 'a hat has no xattrs' });
    this.#addChildren(body, [child]);
    return true;
  }

  #addChildren(body: Body, children: readonly ProfileDraft[]): void {
    for (const child of children) {
      const { name } = child.header;
      if (body.names.has(name.value))
        this.#reader.fail(name, {
          code: 'duplicate',
          message: `“${shown(name.value)}” is defined twice in its profile`,
        });
      else body.children.push(child);
      body.names.add(name.value);
    }
  }

  /** `owner { … }`: what a block passes on are its file rules, all else is lost in the parser (parser_yacc.y, “rules opt_prefix block”). */
  #readPrefixed(body: Body, prefix: Prefix, first: Token): boolean {
    if (prefix.effect === 'deny' && !isAtLeast(this.#reader.dialect, '4.0'))
      this.#reader.fail(first, { code: 'prefix', message: '“deny” can’t stand before a block' });
    if (prefix.priority !== 0) this.#reader.fail(first, { code: 'prefix', message: 'a block has no priority' });
    const block = this.#readBlock();
    for (const draft of block.drafts) this.#passOn(body, draft, prefix);
    for (const { header } of block.children) this.#warnLost(header.first, `the profile “${shown(header.name.value)}”`);
    return true;
  }

  #passOn(body: Body, draft: Draft, block: Prefix): void {
    const { first } = draft;
    if (!draft.body.isEntry) {
      this.#warnLost(first, `this rule (${draft.body.name})`);
      return;
    }
    const prefix = prefixInBlock(this.#reader, block, draft.prefix);
    if (prefix === undefined) {
      this.#warnLost(first, 'this rule, “owner” and “other” at once,');
      return;
    }
    if (draft.prefix.effect !== prefix.effect)
      this.#reader.problems.warning(
        {
          code: 'block-prefix',
          message: `this version of the parser forgets “${draft.prefix.effect ?? 'allow'}” within a block: the block’s own prefix counts`,
        },
        first.source.position(first.start),
      );
    const rule: Draft = { ...draft, prefix };
    const { exec } = draft.body;
    if (exec !== undefined && !exec.hasType && prefix.effect !== 'deny')
      this.#reader.fail(first, {
        code: 'exec-mode',
        message: '“x” needs a letter before it that says how the program goes on: ix, px, cx or ux',
      });
    else if (
      isPrefixRight(this.#reader, { ...rule, prefix: draft.body.name === 'file' ? prefix : withoutOwner(prefix) })
    )
      body.drafts.push(rule);
  }

  #warnLost(token: Token, what: string): void {
    this.#reader.problems.warning(
      {
        code: 'block-lost',
        message: `${what} has no effect: the parser keeps only rules of files from a block with a prefix`,
        hint: 'take it out of the block',
      },
      token.source.position(token.start),
    );
  }

  #readConditional(body: Body): boolean {
    this.#reader.next();
    const condition = readCondition(this.#reader, this.#variables);
    if (condition === undefined || this.#reader.expect('{', '“{”') === undefined) return false;
    const then = this.#readBlock();
    const otherwise = emptyBody();
    if (this.#reader.acceptKeyword('else') !== undefined && !this.#readElse(otherwise)) return false;
    const chosen = condition ? then : otherwise;
    body.drafts.push(...chosen.drafts);
    this.#addChildren(body, chosen.children);
    return true;
  }

  #readElse(otherwise: Body): boolean {
    if (this.#reader.isKeyword('if')) return this.#readConditional(otherwise);
    if (this.#reader.expect('{', '“{” or “if”') === undefined) return false;
    const block = this.#readBlock();
    otherwise.drafts.push(...block.drafts);
    otherwise.children.push(...block.children);
    return true;
  }
}

function withoutOwner({ priority, isAudited, effect }: Prefix): Prefix {
  return { priority, isAudited, ...(effect === undefined ? {} : { effect }) };
}
