"""The bundled sample: scikit-learn's 1,797 handwritten digits, 8 by 8 pixels, from real writers."""

import numpy as np

from dltemplates.data.encoded_images import EncodedImages, LabelledImages


def read_digits() -> LabelledImages:
    """The digits as PNG files in memory, classes `0` to `9`.

    Source: Alpaydin and Kaynak, 1998, "Optical Recognition of Handwritten Digits"
    (https://archive.ics.uci.edu/dataset/80), as distributed with scikit-learn.
    """
    import tensorflow as tf
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = np.round(digits.images * (255 / 16)).astype("uint8")[..., None]
    contents = [tf.io.encode_png(image).numpy() for image in pixels]
    names = [f"digit {index}" for index in range(len(contents))]
    images = EncodedImages(names, digits.target.astype("int64"), contents)
    return LabelledImages([str(digit) for digit in range(10)], {"train": images}, [])
