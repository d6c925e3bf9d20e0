"""From a template and a user's answers to a project on disk. Never imports TensorFlow or Keras."""
