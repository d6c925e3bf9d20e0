"""The commands of this project: `python -m my_app --help`."""

from dltemplates.project.anomaly_detection import command_line

SUMMARY = "<< title | short >>: anomaly detection."

if __name__ == "__main__":
    command_line("my_app", SUMMARY)()
