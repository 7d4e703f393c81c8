"""What can be done, whoever asks for it; the command line, the buttons and `cchc_xl.api` are its faces."""
