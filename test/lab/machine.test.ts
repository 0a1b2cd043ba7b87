/** The lab keeps what the other tests rely on. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';

suite('the lab machine', { skip: whyNoLab() }, () => {
  test('is a whole Debian with AppArmor and systemd', async (context) => {
    const startedMs = performance.now();
    await using machine = await LabMachine.fresh();
    context.diagnostic(`there after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    assert.match(machine.sh('cat /etc/debian_version'), /^12\./);
    assert.equal(machine.sh('systemctl is-system-running').trim(), 'running');
    assert.equal(machine.sh('cat /sys/module/apparmor/parameters/enabled').trim(), 'Y');
    assert.match(machine.sh('cat /proc/cmdline'), /^BOOT_IMAGE=\/boot\/vmlinuz/, 'GRUB has loaded the kernel');
    assert.ok(Math.abs(Number(machine.sh('date +%s')) - Date.now() / 1000) < 60);
  });

  test('keeps what was flushed through a power cut, and loses the rest', async () => {
    await using machine = await LabMachine.fresh();
    machine.sh('echo kept >/root/kept; sync; echo lost >/root/lost');
    const before = machine.bootId();
    const disk = machine.snapshot();
    await machine.cutPower();
    await machine.powerOn();
    assert.notEqual(machine.bootId(), before);
    assert.equal(machine.sh('cat /root/kept; ls /root'), 'kept\nkept\n');
    await machine.cutPower();
    await using other = await LabMachine.boot(disk);
    assert.equal(other.sh('cat /root/kept; ls /root'), 'kept\nkept\n');
  });

  test('reboots through its own boot loader', async () => {
    await using machine = await LabMachine.fresh();
    machine.sh(`echo 'GRUB_CMDLINE_LINUX="lab=rebooted"' >/etc/default/grub.d/zz.cfg; update-grub 2>/dev/null`);
    await machine.reboot();
    assert.match(machine.sh('cat /proc/cmdline'), / lab=rebooted /);
  });
});
