"""The commands of this project: `python -m my_app --help`."""

from dltemplates.project.image_classification import command_line

SUMMARY = "<< title | short >>: image classification."

if __name__ == "__main__":
    command_line("my_app", SUMMARY)()
