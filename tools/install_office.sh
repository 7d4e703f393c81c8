#!/bin/sh
# Installs LibreOffice where that is possible and not done yet; without the word demo also what the tests drive and look
# at its window with.
set -eu
packages="libreoffice-calc libreoffice-writer fonts-liberation fonts-dejavu"
[ "${1:-}" = demo ] ||
    packages="$packages libreoffice-script-provider-python python3-uno xvfb xdotool imagemagick poppler-utils"
if ! command -v apt-get >/dev/null 2>&1; then
    command -v soffice >/dev/null 2>&1 || echo "LibreOffice is missing and can't be installed from here." >&2
    exit 0
fi
missing=""
for package in $packages; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing:$missing. Install them as root; going on without." >&2
    exit 0
fi
echo "Installing$missing …"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 ||
    echo "Installation failed; going on without." >&2
