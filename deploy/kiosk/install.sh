#!/bin/sh
# Makes a bare Debian 12 or 13 into a kiosk, and brings a kiosk up to date: one command for both.
#
#     sudo sh deploy/kiosk/install.sh        from an unpacked release or a checkout
#
# It changes nothing when nothing has changed, and may be stopped at any moment and run again. It never
# touches /var/lib/nucuoi-kiosk, where the key and the outbox are. A new version that does not come up is
# taken back. Every path below lies under NUCUOI_ROOT, which is empty but in the test.
set -eu

cd "$(dirname "$0")/../.."
HERE=deploy/kiosk

WHAT=kiosk
EXTRA=kiosk
ACCOUNT=nucuoi-kiosk
HOME_DIR=/var/lib/nucuoi-kiosk
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

. deploy/release.sh

# ---- looking ----------------------------------------------------------------

need_a_bare_debian() {
    need_a_debian
    if systemctl is-enabled --quiet display-manager.service 2>/dev/null; then
        stop "this machine starts a desktop, which would take the screen." \
            "Install Debian without a desktop, or: systemctl disable --now display-manager"
    fi
}

# ---- doing ------------------------------------------------------------------

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
