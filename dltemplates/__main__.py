"""`python -m dltemplates`."""

from dltemplates.cli import main

if __name__ == "__main__":
    main(prog_name="dltemplates")
