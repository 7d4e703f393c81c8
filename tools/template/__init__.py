"""The text that a Word template is made from, and the maker."""
