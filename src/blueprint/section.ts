import type { AnyControl } from '../core/control.ts';

/** What a blueprint needs to know of a control: the name of its section and what may stand in it. */
export type Section = Pick<AnyControl, 'id' | 'title' | 'policy'>;
