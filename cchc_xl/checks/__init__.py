"""The checks, one module for each thing that is looked at. `cchc_xl.checks.run_checks` runs them all."""
