"""Takes files from outside in safely: bounds, reading processes, what each cell holds."""
