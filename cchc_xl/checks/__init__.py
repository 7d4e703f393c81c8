"""The checks, a module for each kind of thing that is looked at. `cchc_xl.checks.run_checks` runs them all."""
