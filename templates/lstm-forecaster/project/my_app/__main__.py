"""The commands of this project: `python -m my_app --help`."""

from dltemplates.project.forecasting import command_line

SUMMARY = "<< title | short >>: time-series forecasting."

if __name__ == "__main__":
    command_line("my_app", SUMMARY)()
