#!/bin/sh
# make-root.sh PUBLISHED ROOT: the root file system of a container around the native worker in PUBLISHED. Libraries are those of this Debian (or Ubuntu): the
# program's own, OpenSSL for TLS, and ALSA with its plug-in for PulseAudio and PipeWire, where they are installed (libssl3, libasound2, libasound2-plugins).
set -eu
[ $# = 2 ] || { echo "make-root.sh PUBLISHED ROOT" >&2; exit 1; }
published=$1 root=$2
[ -x "$published/surnn-worker" ] || { echo "make-root.sh: $published has no surnn-worker: dotnet publish samples/worker -r linux-x64 -p:PublishAot=true -o $published" >&2; exit 1; }
mkdir -p "$root/etc/surnn-worker" "$root/etc/ssl/certs" "$root/proc" "$root/dev" "$root/sys" "$root/tmp" "$root/run" "$root/recordings" "$root/var/lib/surnn-worker"
cp "$published/surnn-worker" "$root/"
cp -r "$published/models" "$root/"
cp "$published/appsettings.json" "$root/etc/surnn-worker/"

# A library and what it needs, at the places where they are here.
take() {
  for file in "$@"; do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
    ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | while read -r needed; do
      [ -e "$root$needed" ] && continue
      mkdir -p "$root$(dirname "$needed")"
      cp -L "$needed" "$root$needed"
    done
  done
}
ldd "$published/surnn-worker" | grep -o '/[^ ]*' | while read -r needed; do take "$needed"; done
for name in libssl.so.3 libcrypto.so.3 libasound.so.2; do
  file=$(ldconfig -p | awk -v name="$name" '$1 == name { print $NF; exit }')
  if [ -n "$file" ]; then take "$file"; else echo "make-root.sh: no $name here: what needs it will not work in the container" >&2; fi
done
for plugin in /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so; do [ -e "$plugin" ] && take "$plugin"; done
[ -d /usr/share/alsa ] && mkdir -p "$root/usr/share" && cp -rL /usr/share/alsa "$root/usr/share/"
[ -e /etc/ssl/certs/ca-certificates.crt ] && cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'pcm.!default { type pulse }\nctl.!default { type pulse }\n' > "$root/etc/asound.conf"
printf 'surnn:x:65532:65532::/var/lib/surnn-worker:/nologin\n' > "$root/etc/passwd"
printf 'surnn:x:65532:\n' > "$root/etc/group"
chmod 1777 "$root/tmp"
