"""Ready-to-train Keras projects, and the layers, callbacks and tools that they import.

Importing this package is cheap: TensorFlow and Keras load only with the rooms that need them.
"""

__version__ = "0.1.0"
# What is installed: its metadata say what this code needs.
DISTRIBUTION = "dltemplates"
