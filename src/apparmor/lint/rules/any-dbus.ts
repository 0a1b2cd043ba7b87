import { allowRules, reportOn } from '../context.ts';
import type { LintRule } from '../lint-rule.ts';
import { isAnyPeer } from '../any-peer.ts';
import { manual } from '../references.ts';

export const anyDbus: LintRule = {
  id: 'any-dbus',
  title: 'Everything may be said on D-Bus',
  severity: 'high',
  why: 'Services on the bus act for who asks: systemd starts programs, portals and desktops open and run files.',
  safer: 'Name bus, path, interface and peer: `dbus send bus=session path=/a interface=b.c member=D peer=(name=b.c),`.',
  references: [manual('DBus rules')],
  check: (context) =>
    allowRules(context, 'dbus')
      .filter(isAnyPeer)
      .map((rule) => reportOn(rule, 'allows to talk to everybody on the bus')),
};
