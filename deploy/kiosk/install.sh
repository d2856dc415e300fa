#!/bin/sh
# Makes a bare Debian 12 or 13 into a kiosk, and brings a kiosk up to date: one command for both.
#
#     sudo sh deploy/kiosk/install.sh        from an unpacked release or a checkout
#
# It changes nothing when nothing has changed, and may be stopped at any moment and run again. It never
# touches /var/lib/nucuoi-kiosk, where the key and the outbox are. A new version that does not come up is
# taken back. Every path below lies under NUCUOI_ROOT, which is empty but in the test.
#
# What it has to know of the run before it reads from the disk, for that run may have been stopped:
#     /opt/nucuoi-kiosk/running                  the last release that came up
#     /opt/nucuoi-kiosk/new-kiosk, new-screen    something new is in its place, and not started yet
set -eu

cd "$(dirname "$0")/../.."
HERE=deploy/kiosk

ACCOUNT=nucuoi-kiosk
ROOT=${NUCUOI_ROOT:-}
APP=$ROOT/opt/nucuoi-kiosk
SETTINGS=$ROOT/etc/nucuoi-kiosk
UNITS=$ROOT/etc/systemd/system

# An X server without root (its session is logind's, over dbus), a window manager, and what turns panel and
# touches; OpenGL; what SDL looks for as it starts (touches, cursor, sound); a voice and what packs it; the time.
PACKAGES="python3-venv dbus libpam-systemd kbd xserver-xorg-core xserver-xorg-input-libinput xinit xauth
    matchbox-window-manager x11-xserver-utils xinput libgl1 libegl1 libgl1-mesa-dri libmtdev1 libxi6 libxcursor1
    alsa-utils espeak-ng vorbis-tools systemd-timesyncd ca-certificates"

previous=

step() {
    printf '%s\n' "$1"
}

# Say what is wrong and how to mend it, and stop.
stop() {
    printf '\nThe kiosk is not ready: %s\n' "$1" >&2
    shift
    for line in "$@"; do
        printf '    %s\n' "$line" >&2
    done
    exit 1
}

# ---- looking ----------------------------------------------------------------

need_a_bare_debian() {
    [ "$(id -u)" = 0 ] || stop "this needs root." "Try: sudo sh $HERE/install.sh"
    command -v apt-get >/dev/null || stop "this is no Debian; Debian 12 or 13 is what it was made for."
    if systemctl is-enabled --quiet display-manager.service 2>/dev/null; then
        stop "this machine starts a desktop, which would take the screen." \
            "Install Debian without a desktop, or: systemctl disable --now display-manager"
    fi
}

installed() {
    dpkg-query -W -f '${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^ii'
}

# What the program is made of, in a few signs: the same files are the same release.
fingerprint() {
    find pyproject.toml constraints.txt kiosk server -type f ! -name '*.pyc' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12
}

version() {
    sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml
}

# ---- doing ------------------------------------------------------------------

install_packages() {
    missing=
    for package in $PACKAGES; do
        installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    step "Packages:$missing"
    apt-get update
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing ||
        stop "the packages could not be installed; the lines above say why."
}

make_account() {
    getent passwd "$ACCOUNT" >/dev/null && return
    step "Account: $ACCOUNT"
    useradd --system --user-group --no-create-home --home-dir /var/lib/nucuoi-kiosk \
        --shell /usr/sbin/nologin "$ACCOUNT"
}

# Each version has a folder of its own, so that the one before is still there.
make_release() {
    release=$(version)-$(fingerprint)
    folder=$APP/releases/$release
    [ ! -e "$folder/whole" ] || return 0
    step "Program: $release"
    python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
        stop "it needs Python 3.11, 3.12 or 3.13, and found $(python3 -V 2>&1)."
    mkdir -p "$APP/releases"
    python3 -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off --no-cache-dir \
        -c constraints.txt '.[kiosk]' || stop "the Python packages could not be installed; the lines above say why."
    # On the disk before it is called whole: the power may go at any time.
    sync
    : >"$folder/whole"
}

# Let the kiosk start from this release the next time.
choose_release() {
    [ "$(readlink "$APP/current" 2>/dev/null)" != "releases/$1" ] || return 0
    ln -sfn "releases/$1" "$APP/current.new"
    : >"$APP/new-kiosk"
    mv -T "$APP/current.new" "$APP/current"
}

# Put a file of ours in its place: name, place, mode, and whether kiosk or screen is to start anew with it.
put() {
    cmp -s "$HERE/$1" "$2" && return 0
    [ -z "${4:-}" ] || : >"$APP/new-$4"
    install -D -m "$3" "$HERE/$1" "$2" || stop "$2 could not be written."
}

put_files() {
    # What a technician may change is put there once.
    [ -e "$SETTINGS/kiosk.toml" ] || put kiosk.toml "$SETTINGS/kiosk.toml" 644
    [ -e "$SETTINGS/screen.env" ] || put screen.env "$SETTINGS/screen.env" 644
    put screen.sh "$APP/screen.sh" 755 screen
    put xorg.conf "$ROOT/etc/X11/xorg.conf.d/50-nucuoi.conf" 644 screen
    put nucuoi-screen.pam "$ROOT/etc/pam.d/nucuoi-screen" 644 screen
    put nucuoi-screen.service "$UNITS/nucuoi-screen.service" 644 screen
    put nucuoi-kiosk.service "$UNITS/nucuoi-kiosk.service" 644 kiosk
    put nucuoi-prompts.service "$UNITS/nucuoi-prompts.service" 644
    put nucuoi-prompts.path "$UNITS/nucuoi-prompts.path" 644
    put sysctl.conf "$ROOT/etc/sysctl.d/60-nucuoi.conf" 644
    put logind.conf "$ROOT/etc/systemd/logind.conf.d/60-nucuoi.conf" 644
    put system.conf "$ROOT/etc/systemd/system.conf.d/60-nucuoi.conf" 644
}

# Let the machine know what a keyboard may not do; each time, for a run that was stopped may have come no further.
deafen() {
    sysctl --quiet --load "$ROOT/etc/sysctl.d/60-nucuoi.conf" || true
    systemctl mask --quiet ctrl-alt-del.target
    # It reads its settings again; a restart of it would cost the screen its session.
    systemctl kill --signal=HUP systemd-logind.service || true
}

start() {
    systemctl daemon-reload
    deafen
    systemctl enable --quiet nucuoi-screen.service nucuoi-kiosk.service nucuoi-prompts.path
    if [ -e "$APP/new-screen" ]; then
        systemctl restart nucuoi-screen.service ||
            stop "the screen does not come up." "Why: journalctl -u nucuoi-screen -n 50"
        rm "$APP/new-screen"
    fi
    systemctl start nucuoi-screen.service nucuoi-prompts.path
    if [ -e "$APP/new-kiosk" ] || [ "$previous" != "$release" ] ||
        ! systemctl is-active --quiet nucuoi-kiosk.service; then
        # It comes back when the first picture is on the screen, or with an error.
        systemctl restart nucuoi-kiosk.service || take_back
        came_up "$release"
    fi
    systemctl start --no-block nucuoi-prompts.service
}

# This release has shown a picture: should the next one not, the kiosk goes back to this one.
came_up() {
    printf '%s\n' "$1" >"$APP/running.new"
    sync
    mv -T "$APP/running.new" "$APP/running"
    rm -f "$APP/new-kiosk"
}

take_back() {
    if [ -n "$previous" ] && [ "$previous" != "$release" ]; then
        choose_release "$previous"
        systemctl restart nucuoi-kiosk.service ||
            stop "neither version $release nor the one before comes up." \
                "Why: journalctl -u nucuoi-kiosk -u nucuoi-screen -n 50"
        came_up "$previous"
        stop "version $release does not come up, so the one before runs again." \
            "Why: journalctl -u nucuoi-kiosk -n 50"
    fi
    stop "the kiosk does not come up." "Why: journalctl -u nucuoi-kiosk -u nucuoi-screen -n 50"
}

# Keep this release and the one before; with nothing new that one is not known any more, and stays.
remove_old_releases() {
    [ "$previous" != "$release" ] || return 0
    for folder in "$APP"/releases/*; do
        case ${folder##*/} in
        "$release" | "$previous") ;;
        *) rm -rf "$folder" ;;
        esac
    done
}

main() {
    umask 022
    need_a_bare_debian
    install_packages
    make_account
    previous=$(cat "$APP/running" 2>/dev/null || true)
    make_release
    choose_release "$release"
    put_files
    start
    remove_old_releases
    step "The kiosk runs $release. A machine that is not enrolled asks for its code on the screen."
}

main
