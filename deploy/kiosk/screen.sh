#!/bin/sh
# The X server on terminal 7, and in it a window manager; it ends when either of them ends.
#
# nucuoi-screen.service runs it. Called with `session` it is the client of its own X server.
set -eu

# Turn the first panel, and the touches on it.
turn() {
    panel=$(xrandr --query | awk '$2 == "connected" { print $1; exit }')
    xrandr --output "$panel" --rotate "$1"
    for device in $(xinput list --id-only); do
        if xinput list-props "$device" 2>/dev/null | grep -q 'libinput Calibration Matrix ('; then
            xinput map-to-output "$device" "$panel"
        fi
    done
}

session() {
    # The panel never sleeps by itself; outside the opening hours the kiosk sends it to sleep.
    xset s off s noblank
    xset -dpms || true
    turn "${NUCUOI_SCREEN_ROTATE:-normal}" || echo "The panel could not be turned." >&2
    # It has no menu, no desktop and here no keys: it gives the one window the whole screen and the keyboard.
    exec matchbox-window-manager -use_titlebar no -use_cursor no -kbdconfig /dev/null
}

server() {
    umask 077
    rm -f "$XAUTHORITY"
    xauth -q -f "$XAUTHORITY" add :0 . "$(mcookie)"
    exec xinit "$0" session -- /usr/bin/Xorg :0 vt7 -keeptty -nolisten tcp -noreset -nocursor \
        -auth "$XAUTHORITY" -logfile "${XAUTHORITY%/*}/Xorg.log"
}

"${1:-server}"
