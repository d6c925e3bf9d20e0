"""The commands of this project: `python -m my_app --help`."""

from .commands import command_line

if __name__ == "__main__":
    command_line()()
