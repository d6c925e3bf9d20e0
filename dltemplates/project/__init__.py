"""The commands that a generated project has.

A project's `__main__.py` builds its command line with the function here that names its task. What a
project brings itself are three functions, in modules of its own that stay plain Keras:

    <package>.config.Config          the typed configuration
    <package>.data.load_data         Config → data
    <package>.train.train            Config, Run → a finished run
"""
