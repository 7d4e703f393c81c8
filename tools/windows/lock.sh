#!/usr/bin/env bash
# Makes requirements.txt anew: the newest versions that pyproject.toml allows, with the hashes of their wheels.
set -euo pipefail
HERE=$(dirname "$(realpath "$0")")
"$HERE/setup.sh" build
"${CCHC_WINDOWS_CACHE:-$HOME/.cache/cchc-xl-windows}/venv/bin/uv" pip compile -q --upgrade \
    --python-platform x86_64-pc-windows-msvc --python-version 3.13 --only-binary :all: --generate-hashes \
    --no-annotate --no-header "$HERE/../../pyproject.toml" -o "$HERE/requirements.txt"
