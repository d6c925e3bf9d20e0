"""Small SavedModels that the server is tested with, made by TensorFlow alone."""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

LABELS = ("cat", "dog", "고양이")


class SmallModel(tf.Module):
    """Signatures of every kind, whose answers can be worked out by hand."""

    def __init__(self, offset: float) -> None:
        super().__init__()
        self.offset = tf.Variable(offset)

    @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])
    def plus(self, x):
        """One input, one output: the sum of each row and the offset."""
        return {"y": tf.reduce_sum(x, 1) + self.offset}

    @tf.function(
        input_signature=[
            tf.TensorSpec((None,), tf.float32, name="a"),
            tf.TensorSpec((None,), tf.float32, name="b"),
        ]
    )
    def two(self, a, b):
        """Two inputs, two outputs."""
        return {"sum": a + b, "product": a * b}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="text")])
    def texts(self, text):
        """Strings in, strings and bytes out; refuses the text `refuse me`."""
        taken = tf.Assert(tf.reduce_all(text != "refuse me"), ["This text is refused"])
        with tf.control_dependencies([taken]):
            text = tf.identity(text)
        return {
            "upper": tf.strings.upper(text),
            "raw_bytes": text,
            "length": tf.strings.length(text),
        }

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="image_bytes")])
    def images(self, image_bytes):
        """Bytes of image files in, their heights out."""
        height = tf.map_fn(
            lambda contents: tf.shape(tf.io.decode_image(contents, expand_animations=False))[0],
            image_bytes,
            fn_output_signature=tf.int32,
        )
        return {"height": height}

    @tf.function(
        input_signature=[
            tf.TensorSpec((None,), tf.int64, name="long"),
            tf.TensorSpec((None,), tf.uint8, name="small"),
            tf.TensorSpec((None,), tf.bool, name="flag"),
            tf.TensorSpec((None, None), tf.float64, name="wide"),
        ]
    )
    def kinds(self, long, small, flag, wide):
        """Gives back what it gets, of every type."""
        return {
            "long_out": tf.identity(long),
            "small_out": tf.identity(small),
            "flag_out": tf.identity(flag),
            "wide_out": tf.identity(wide),
        }

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32, name="x")])
    def total(self, x):
        """An output that is no batch."""
        return {"total": tf.reduce_sum(x)}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int32, name="steps")])
    def slow(self, steps):
        """Counts to a number, which takes a while."""
        last = tf.reduce_max(steps)
        count = tf.while_loop(lambda i: i < last, lambda i: [i + 1], [tf.constant(0)])[0]
        return {"count": tf.zeros_like(steps) + count}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="inputs")])
    def classify(self, inputs):
        """Examples with a feature `x`: scores of three classes."""
        x = tf.io.parse_example(inputs, {"x": tf.io.FixedLenFeature((), tf.float32)})["x"]
        scores = tf.stack([x, 2.0 * x, 3.0 * x], 1)
        return {"classes": tf.tile([list(LABELS)], (tf.size(x), 1)), "scores": scores}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="inputs")])
    def regress(self, inputs):
        """Examples with features `x` and `z`: their sum and the offset."""
        parts = {name: tf.io.FixedLenFeature((), tf.float32, 0.0) for name in ("x", "z")}
        found = tf.io.parse_example(inputs, parts)
        return {"outputs": found["x"] + found["z"] + self.offset}

    @tf.function(input_signature=[])
    def metadata(self):
        return {
            "kind": tf.constant("image classifier"),
            "class_names": tf.constant(LABELS),
            "coverage": tf.constant(0.9),
            "vocabulary": tf.constant(b"\xff\x00"),
        }


METHODS = ("two", "texts", "images", "kinds", "total", "slow", "classify", "regress", "metadata")


def write_small_model(folder: Path, offset: float = 0.0) -> Path:
    """Writes a version as exporters do: aside, then renamed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    model = SmallModel(offset)
    signatures = {name: getattr(model, name).get_concrete_function() for name in METHODS}
    signatures["serving_default"] = model.plus.get_concrete_function()
    with tempfile.TemporaryDirectory(prefix=".new-", dir=folder.parent) as aside:
        tf.saved_model.save(model, f"{aside}/saved", signatures)
        _name_methods(f"{aside}/saved")
        Path(f"{aside}/saved").rename(folder)
    return folder


def _name_methods(folder: str) -> None:
    """Says that `classify` and `regress` are what TensorFlow Serving calls so."""
    updater = tf.compat.v1.saved_model.signature_def_utils.MethodNameUpdater(folder)
    for name in ("classify", "regress"):
        updater.replace_method_name(
            signature_key=name, method_name=f"tensorflow/serving/{name}", tags="serve"
        )
    updater.save()


def image_file(width: int, height: int, kind: str = "PNG") -> bytes:
    """An image file of this size."""
    import io

    from PIL import Image

    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3), "uint8")
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()
