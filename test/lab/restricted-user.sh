#!/bin/sh
# Runs a command as user 1001 on a host that denies user namespaces and lets the user sudo without a password. The host
# is a user namespace of its own with the same ids, so that its limits and its files in /etc are the test's alone.
# Arguments: a folder for the files, then the command.
set -e
if [ "$1" = unmapped ]; then
  read -r _ < "$2/go"
  # Only an exec after the mapping gives root its powers there.
  shift
  exec "$0" mapped "$@"
fi
if [ "$1" = mapped ]; then
  folder=$2
  shift 2
  (cat /etc/passwd; echo 'labuser:x:1001:1001::/tmp:/bin/sh') > "$folder/passwd"
  (cat /etc/group; echo 'labuser:x:1001:') > "$folder/group"
  (cat /etc/shadow; echo 'labuser:*:19000:0:99999:7:::') > "$folder/shadow"
  mkdir "$folder/sudoers.d"
  echo 'labuser ALL=(ALL) NOPASSWD: ALL' > "$folder/sudoers.d/lab"
  chmod 600 "$folder/shadow"
  chmod 440 "$folder/sudoers.d/lab"
  for name in passwd group shadow sudoers.d; do mount --bind "$folder/$name" "/etc/$name"; done
  echo 0 > /proc/sys/user/max_user_namespaces
  exec setpriv --reuid 1001 --regid 1001 --clear-groups "$@"
fi
folder=$1
shift
mkdir -p "$folder"
mkfifo "$folder/go"
exec 3<&0
own=$(readlink /proc/self/ns/user)
unshare --user --mount --propagation private "$0" unmapped "$folder" "$@" <&3 &
child=$!
while [ "$(readlink "/proc/$child/ns/user")" = "$own" ]; do sleep 0.05; done
echo '0 0 65536' > "/proc/$child/uid_map"
echo '0 0 65536' > "/proc/$child/gid_map"
echo > "$folder/go"
wait "$child"
