"""Raw data on disk, bundled samples or TensorFlow Datasets, made into batches of tensors."""
