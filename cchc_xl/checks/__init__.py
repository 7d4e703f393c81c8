"""The checks, one module for each thing that is looked at. `cchc_xl.check` runs them all."""
