"""What this computer and this installation can do, found out without TensorFlow."""
