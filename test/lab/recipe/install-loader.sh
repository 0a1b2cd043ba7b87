#!/bin/sh
# Runs as root in the first boot, for which QEMU itself loaded the kernel: all later ones go through GRUB.
set -eu
exec >&2
udevadm settle
DEBIAN_FRONTEND=noninteractive update-initramfs -u
grub-install --target=i386-pc /dev/vda
update-grub
systemctl is-system-running --wait || systemctl --failed
sync
