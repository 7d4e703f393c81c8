#!/usr/bin/env bash
# The tests on Windows Python: suite.sh [pytest arguments]. In one process: shared workbooks are made once.
set -euo pipefail
HERE=$(dirname "$(realpath "$0")")
. "$HERE/wine.sh"
needs_setup
cd "$HERE/../.."
# Need what Wine 8 cannot load (pandas, pyarrow, dask; DuckDB: tests marked analysis; numpy asks for functions that its
# ucrtbase lacks) or has no wheel for Windows (oletools); pandoc itself is not there.
NOT_HERE=$(grep -lE "^\s*(import|from) (pandas|pyarrow|duckdb|distributed|dask|oletools|pypandoc|macros_sample)|importorskip" tests/*/test_*.py || true)
ignored=(); for file in $NOT_HERE; do ignored+=("--ignore=$file"); done
ignored+=(--ignore=tests/house/test_laws.py)  # of the sources, not of the program; asks git
[ $# = 0 ] && set -- tests
LIMIT=${LIMIT:-5400} wpy -u "$HERE/wine_pytest.py" "$@" "${ignored[@]}" -m "not office and not excel and not analysis" -q -rs \
    -p no:cacheprovider --timeout 600 --timeout-method thread --continue-on-collection-errors
