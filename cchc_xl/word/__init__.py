"""Word documents: read, marked, compared and measured."""
