"""All of the work without macros and without a command line: a small window on Windows, a menu elsewhere."""
