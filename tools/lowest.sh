#!/usr/bin/env bash
# The oldest versions that pyproject.toml allows install together and do the whole job. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
uv venv --quiet --python "${1:-3.11}" "$work/venv"
uv pip install --quiet --python "$work/venv/bin/python" --resolution lowest-direct ".[analysis]"
uv pip list --python "$work/venv/bin/python"
cd "$work"
venv/bin/cchc-xl --version
venv/bin/cchc-xl demo --out demo
venv/bin/cchc-xl consolidate demo/bieu_mau --by city --out city.xlsx --facts facts
venv/bin/python -c 'import cchc_xl; print(len(cchc_xl.read_facts("facts")), "facts")'
