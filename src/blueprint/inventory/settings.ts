import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Json } from '../../core/json.ts';
import type { Problems } from '../problems.ts';
import { quote } from '../quote.ts';
import type { Mark } from '../source-text.ts';
import { fillTemplate, type TemplateContext } from './template.ts';
import type { Variable } from './variable.ts';

export interface SettingsContext extends TemplateContext {
  readonly problems: Problems;
  /** Warnings that one line gives to many hosts are told once. */
  readonly warned: Set<Mark>;
}

/** A connection variable with its references filled in. */
export interface Setting {
  readonly name: string;
  readonly value: Json;
  readonly mark: Mark;
}

export interface MarkedText {
  readonly text: string;
  readonly mark: Mark;
}

/** What stands beside a message. */
export interface About {
  readonly mark: Mark;
  readonly hint?: string | undefined;
}

/** The connection variables of one host; collects what is wrong with them. */
export class HostSettings {
  readonly found: Diagnostic[] = [];
  readonly #context: SettingsContext;

  constructor(context: SettingsContext) {
    this.#context = context;
  }

  /** As it is written, references and all. */
  written(name: string): Variable | undefined {
    return this.#context.variables.get(name);
  }

  /** The first of some variables that is set. */
  setting(...names: readonly string[]): Setting | undefined {
    for (const name of names) {
      const variable = this.written(name);
      const value = variable === undefined ? undefined : this.#filled(name, variable);
      if (variable === undefined || value === undefined || value === null || value === '') continue;
      return { name, value, mark: variable.mark };
    }
    return undefined;
  }

  /** The same as a text; numbers are texts too. */
  text(...names: readonly string[]): MarkedText | undefined {
    const setting = this.setting(...names);
    if (setting === undefined) return undefined;
    const { name, value, mark } = setting;
    if (typeof value === 'string') return { text: value.trim(), mark };
    if (typeof value === 'number') return { text: String(value), mark };
    this.refuse('invalid-value', `${name} must be a text; it is ${quote(JSON.stringify(value))}.`, { mark });
    return undefined;
  }

  /** Something for which the host can't be reached. */
  refuse(code: string, message: string, { mark, hint }: About): void {
    this.found.push(this.#context.problems.diagnostic({ code, message, hint, at: mark }, 'error'));
  }

  warn(code: string, message: string, { mark, hint }: About): void {
    if (this.#context.warned.has(mark)) return;
    this.#context.warned.add(mark);
    this.#context.problems.warn({ code, message, hint, at: mark });
  }

  #filled(name: string, { value, isEncrypted, mark }: Variable): Json | undefined {
    if (isEncrypted) {
      const hint = 'Freehold reads no secrets; keep what it needs to find the machine in plain text.';
      this.refuse('encrypted', `${name} is encrypted with ansible-vault.`, { mark, hint });
      return undefined;
    }
    const filled = fillTemplate(value, this.#context);
    if (filled.kind === 'value') return filled.value;
    this.refuse('template', `${name} can't be known: ${filled.reason}.`, { mark, hint: filled.hint });
    return undefined;
  }
}
