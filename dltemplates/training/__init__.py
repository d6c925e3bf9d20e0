"""What training needs around `compile` and `fit`: runs, precision, optimizers, lengths."""
