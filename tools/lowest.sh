#!/usr/bin/env bash
# The oldest versions that pyproject.toml allows install together and do the whole job: on Python 3.11, 3.12 and 3.13, or
# on those given. Needs uv. With TESTS=1 the tests of consolidation, tables and histories run on them, too.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 3.11 3.12 3.13
for version; do
    home=$(mktemp -d --tmpdir="$work")
    python=$home/venv/bin/python
    uv venv --quiet --python "$version" "$home/venv"
    # What has no wheel for this Python is too old for it.
    uv pip install --quiet --python "$python" --resolution lowest-direct --only-binary :all: --no-binary cchc-xl ".[cluster]"
    "$python" --version
    uv pip freeze --python "$python" | tee "$home/chosen.txt"
    (
        cd "$home"
        venv/bin/cchc-xl --version
        venv/bin/cchc-xl demo --out demo
        venv/bin/cchc-xl consolidate demo/bieu_mau --by city --out city.xlsx --facts facts
        "$python" -c 'import cchc_xl; print(len(cchc_xl.read_facts("facts")), "facts")'
    )
    [ "${TESTS:-}" ] || continue
    grep -v "^cchc-xl " "$home/chosen.txt" > "$home/constraints.txt"
    uv pip install --quiet --python "$python" --constraint "$home/constraints.txt" --editable . pytest hypothesis pillow oletools polars pypandoc_binary
    "$python" -m pytest -q -p no:cacheprovider -m "not office" tests/consolidate tests/schema tests/house/test_docs_python.py
done
