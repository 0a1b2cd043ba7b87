#!/bin/sh
# Runs once inside the new system's folder, before it has ever been booted. $1 is the public key that may log in.
set -eu

# Words of its own for each user, so that no test mistakes one for another.
add_user() {
  useradd --create-home --shell /bin/bash "$1"
  usermod --password "$(printf '%s\n' "$2" | mkpasswd_sha512)" "$1"
}

# glibc's crypt(3) through what is there anyway.
mkpasswd_sha512() { perl -e 'my $word = <STDIN>; chomp $word; print crypt($word, "\$6\$freehold\$");'; }

allow_key() {
  install -d -m 700 -o "$2" -g "$2" "$1/.ssh"
  printf '%s\n' "$key" >"$1/.ssh/authorized_keys"
  chown "$2:$2" "$1/.ssh/authorized_keys"
}

key=$1
chmod 440 /etc/sudoers.d/lab
chmod 400 /etc/doas.conf

add_user admin admins-word
add_user clerk clerks-word
usermod --append --groups sudo clerk
allow_key /root root
allow_key /home/admin admin
allow_key /home/clerk clerk

# What happened before a power cut is wanted after it.
mkdir -p /var/log/journal

systemctl enable systemd-networkd ssh auditd
# Tests start what they need of these; at every boot they would only cost time. What is masked need not be there: Debian 12's
# samba has the domain controller in it, Debian 13's has not.
systemctl disable smbd nmbd podman.socket podman-restart.service podman-auto-update.timer
systemctl mask samba-ad-dc.service podman-auto-update.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer systemd-networkd-wait-online.service
: >/etc/machine-id
