"""A server for exported models that speaks TensorFlow Serving's REST protocol.

It needs TensorFlow, but not Keras, and `pip install dltemplates[serve]`.
"""
