"""The commands of this project: `python -m my_app --help`."""

from dltemplates.project.text_classification import command_line

SUMMARY = "<< title | short >>: text classification."

if __name__ == "__main__":
    command_line("my_app", SUMMARY)()
