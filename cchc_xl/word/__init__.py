"""Word documents, read and commented: what a careful reader sees, with the place of every letter."""
