#!/bin/sh
# A command of the server, as the account that serves: what it writes is for that account alone.
#
#     sudo nucuoi-server setup | enrol | verify | …
set -eu

cd /
exec runuser -u nucuoi -- /opt/nucuoi/current/bin/python -m server --config /etc/nucuoi/server.toml "$@"
