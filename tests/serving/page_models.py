"""Small exports of every kind, whose answers can be told beforehand."""

from pathlib import Path

import tensorflow as tf

LABELS = ["night", "<img src=x onerror=fail()>"]
SERIES = ["north", "south, 2"]
LOOKBACK, HORIZON, WINDOW = 8, 4, 5


def save_models(folder: Path) -> dict[str, Path]:
    """An export for each kind of model, below `folder`."""
    made = {
        "image": (_image_classifier, tf.TensorSpec((None,), tf.string, "image_bytes")),
        "text": (_text_classifier, tf.TensorSpec((None,), tf.string, "text")),
        "several": (_several_labels, tf.TensorSpec((None,), tf.string, "text")),
        "subword": (_token_classifier, tf.TensorSpec((None, None), tf.int32, "tokens")),
        "log": (_log_detector, tf.TensorSpec((None, None, 2), tf.float32, "values")),
        "rows": (_row_detector, tf.TensorSpec((None, 2), tf.float32, "values")),
    }
    for name, (answer, spec) in made.items():
        _save(folder / name, answer, [spec], _ABOUT[name])
    windows = {
        "values": tf.TensorSpec((None, LOOKBACK, 2), tf.float32, "values"),
        "known": tf.TensorSpec((None, LOOKBACK + HORIZON, 1), tf.float32, "known"),
        "times": tf.TensorSpec((None, LOOKBACK + HORIZON), tf.int64, "times"),
    }
    _save(folder / "forecast", _forecaster, [windows], _ABOUT["forecast"])
    return {name: folder / name for name in (*made, "forecast")}


_ABOUT = {
    "image": {"kind": "image classifier", "class_names": LABELS, "image_size": [8, 8, 3]},
    "text": {
        "kind": "text classifier",
        "class_names": ["bad", "good"],
        "tokenisation": "character",
        "max_length": 100,
        "multi_label": False,
    },
    "several": {
        "kind": "text classifier",
        "class_names": ["acting", "music", "plot"],
        "tokenisation": "character",
        "max_length": 100,
        "multi_label": True,
    },
    "subword": {
        "kind": "text classifier",
        "class_names": ["bad", "good"],
        "tokenisation": "subword",
        "subword_model": b"\xff\x00",
        "max_length": 100,
        "multi_label": False,
    },
    "log": {
        "kind": "anomaly detector",
        "names": ["flow", "pressure"],
        "window": WINDOW,
        "frequency": "min",
        "false_alarm_rate": 0.01,
    },
    "rows": {
        "kind": "anomaly detector",
        "names": ["flow", "pressure"],
        "window": 0,
        "frequency": "",
        "false_alarm_rate": 0.01,
    },
    "forecast": {
        "kind": "forecaster",
        "series": SERIES,
        "lookback": LOOKBACK,
        "horizon": HORIZON,
        "frequency": "h",
        "past": [],
        "known": ["holiday"],
        "calendar": ["hour"],
        "static": [],
        "coverage": 0.9,
    },
}


def _save(place: Path, answer, inputs: list, about: dict) -> None:
    module = tf.Module()
    module.answer = tf.function(answer, inputs)
    module.metadata = tf.function(
        lambda: {
            name: tf.constant(value, tf.string if value == [] else None)
            for name, value in about.items()
        },
        [],
    )
    signatures = {"serving_default": module.answer, "metadata": module.metadata}
    tf.saved_model.save(module, str(place / "1"), signatures=signatures)


def _image_classifier(image_bytes):
    # An image that cannot be read is refused.
    tf.map_fn(
        lambda each: tf.reduce_mean(tf.cast(tf.io.decode_image(each), tf.float32)),
        image_bytes,
        fn_output_signature=tf.float32,
    )
    return _classes(tf.ones_like(image_bytes, tf.float32) * 0.25, LABELS)


def _text_classifier(text):
    """Good are texts with "good" in them."""
    good = tf.strings.regex_full_match(text, "(?s).*good.*")
    return _classes(tf.where(good, 0.875, 0.25), ["bad", "good"])


def _token_classifier(tokens):
    return _classes(tf.cast(tokens[:, 0] > 1, tf.float32), ["bad", "good"])


def _several_labels(text):
    """A text is about what it names."""
    names = tf.constant(["acting", "music", "plot"])
    words = tf.strings.split(text).to_tensor("")
    found = tf.reduce_any(words[:, :, None] == names, axis=1)
    probabilities = tf.where(found, 0.9, 0.2)
    return {
        "labels": tf.where(found, names, ""),
        "probabilities": probabilities,
        "top_labels": tf.repeat(names[None], tf.size(text), axis=0),
        "top_probabilities": probabilities,
    }


def _classes(second, names: list[str]) -> dict:
    probabilities = tf.stack([1 - second, second], axis=1)
    top = tf.math.top_k(probabilities, 2)
    labels = tf.gather(tf.constant(names), top.indices)
    return {
        "label": labels[:, 0],
        "probabilities": probabilities,
        "top_labels": labels,
        "top_probabilities": top.values,
    }


def _forecaster(windows):
    """The last value of each series and on holidays 100 more; half the hour of the day below."""
    last = tf.repeat(windows["values"][:, -1:], HORIZON, axis=1)
    forecast = last + 100 * windows["known"][:, LOOKBACK:]
    hours = tf.cast(windows["times"][:, LOOKBACK:] // 3600 % 24, tf.float32)[..., None]
    return {"forecast": forecast, "lower": forecast - hours / 2, "upper": forecast + 1}


def _log_detector(values):
    """Strange are rows in which the flow is above 10; where it is missing there is no score."""
    return _judged(values[:, WINDOW - 1 :])


def _row_detector(values):
    return _judged(values)


def _judged(values) -> dict:
    flow = values[..., 0]
    score = tf.where(flow > 10, 0.9999, tf.where(tf.math.is_nan(flow), flow, 0.5))
    shares = tf.stack([tf.ones_like(flow) * 0.75, tf.ones_like(flow) * 0.25], axis=-1)
    return {"score": score, "alarm": score > 0.99, "attribution": shares}
