"""Which objects the configuration of a saved model may name.

Keras builds a model from JSON that names classes and functions, with arguments. Its `safe_mode`
refuses the code of `Lambda`; beyond that it builds whatever Keras exports, such as layers that load
a SavedModel or a torch pickle, or functions that fetch a file. We build less than that.
"""

import sys
from pathlib import Path
from typing import Any

import keras

from dltemplates.errors import RunError

_HOMES = tuple(
    f"keras.src.{room}."
    for room in (
        "constraints",
        "dtype_policies",
        "initializers",
        "layers",
        "losses",
        "metrics",
        "models",
        "ops",
        "optimizers",
        "random",
        "regularizers",
    )
)
_FUNCTIONS = {
    f"keras.{room}" for room in ("activations", "losses", "metrics", "ops", "ops.image", "ops.nn")
}
_NO_FUNCTIONS = {"get", "serialize", "deserialize"}  # they build what their arguments name
_VALUES = {"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__slice__", "__ellipsis__"}
_REGISTERED = "@keras.saving.register_keras_serializable()"


def check_config(config: Any, path: Path) -> None:
    """Checks every object that the configuration of a model names, however deep.

    Allowed are layers and their like of Keras and of dltemplates, and what code that is imported
    has registered with Keras. Nothing is imported here.

    Args:
        config: The configuration; what it says of compiling is left out, as in loading.
        path: The model's file, for the message.

    Raises:
        RunError: An object is not allowed; names it and the layer that holds it.
    """
    if not isinstance(config, dict) or "class_name" not in config:
        raise RunError("This model is damaged: its configuration names none.", where=path)
    waiting: list[tuple[Any, str]] = [({**config, "compile_config": None}, "")]
    while waiting:
        value, owner = waiting.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                owner = _name(value) or owner
                _check_object(value, owner, path)
            waiting += [(part, owner) for part in value.values()]
        elif isinstance(value, list):
            waiting += [(part, owner) for part in value]


def _check_object(value: dict[str, Any], owner: str, path: Path) -> None:
    kind, module = value["class_name"], value.get("module")
    judge = _allowed_function if kind == "function" else _allowed
    if "config" in value and isinstance(kind, str) and (kind in _VALUES or judge(value)):
        return
    name = value.get("config") if kind == "function" else kind
    raise _refusal(f"{module}.{name}" if module else str(name), owner, path)


def _allowed_function(value: dict[str, Any]) -> bool:
    name = value["config"]
    if not isinstance(name, str):
        return False
    if keras.saving.get_registered_object(name) is not None:
        return True
    return value.get("module") in _FUNCTIONS and name not in _NO_FUNCTIONS


def _allowed(value: dict[str, Any]) -> bool:
    name, module = value["class_name"], value.get("module")
    registered = value.get("registered_name", name)
    if isinstance(registered, str) and keras.saving.get_registered_object(registered) is not None:
        return "module" in value  # without it Keras takes the way of its older formats
    if not isinstance(module, str):
        return False
    found = _find(module, name)
    at_home = isinstance(found, type) and f"{found.__module__}.".startswith(_HOMES)
    return at_home and not issubclass(found, keras.layers.Lambda)


def _find(module: str, name: str) -> Any:
    """What Keras finds under a name, of what is imported already."""
    if module.startswith("keras.src."):
        return vars(sys.modules[module]).get(name) if module in sys.modules else None
    first, *parts = module.split(".")
    found: Any = keras if first == "keras" else None
    for part in (*parts, name):
        found = getattr(found, part, None)
    return found


def _name(value: dict[str, Any]) -> str:
    """What a layer is called; empty of what has no name."""
    config = value.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else ""


def _refusal(what: str, owner: str, path: Path) -> RunError:
    within = f" (in layer {owner!r})" if owner else ""
    if what in ("keras.layers.Lambda", "Lambda", "__lambda__"):
        return RunError(
            f"This model holds code of its own, a Lambda layer or function{within}. "
            "It was not loaded.",
            where=path,
            hint="Do not trust a file from elsewhere. In your own model, make it a class of "
            f"keras.layers.Layer with {_REGISTERED}, and train again.",
        )
    return RunError(
        f"This model names {what}{within}, which is no layer of Keras, dltemplates or this "
        "project. It was not loaded.",
        where=path,
        hint="Do not trust a file from elsewhere. If this is your own class, put "
        f"{_REGISTERED} on it, and define or import it in model.py.",
    )
