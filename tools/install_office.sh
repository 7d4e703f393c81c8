#!/bin/sh
# Installs LibreOffice and what the tests look at its window with, where that is possible and not done yet.
set -eu
missing=""
for pair in soffice:libreoffice-calc soffice:libreoffice-writer Xvfb:xvfb xdotool:xdotool import:imagemagick pdftoppm:poppler-utils; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
    echo "LibreOffice or its companions are missing ($missing) and can't be installed from here." >&2
    exit 0
fi
echo "Installing$missing …"
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing fonts-liberation python3-uno; } >/dev/null 2>&1 ||
    echo "Installation failed; going on without." >&2
