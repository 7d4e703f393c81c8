"""python -m cchc_xl"""

from cchc_xl.cli import main

if __name__ == "__main__":
    main()
