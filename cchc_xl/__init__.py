"""cchc-xl: from the wards' figures to the signed report on administrative reform."""

__version__ = "0.1.0"
