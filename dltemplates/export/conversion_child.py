"""Converts a SavedModel, in a process of its own: a converter may crash.

`dltemplates.export.conversion` runs
`python -E -P conversion_child.py FORMAT SAVEDMODEL FILE PRECISION [EXAMPLES]`. EXAMPLES is an
`.npz` of inputs, by name, an item a row.
"""

import sys


def to_onnx(source: str, target: str, precision: str, examples: str) -> None:
    import onnx
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
    from tf2onnx.convert import from_graph_def

    loaded = tf.saved_model.load(source)  # its variables live as long as it does
    signature = loaded.signatures["serving_default"]
    frozen = convert_variables_to_constants_v2(signature, lower_control_flow=False)
    inputs = {tensor.name: tensor.name.removesuffix(":0") for tensor in frozen.inputs}
    names = sorted(signature.structured_outputs)
    outputs = dict(zip([tensor.name for tensor in frozen.outputs], names, strict=True))
    model, _ = from_graph_def(
        frozen.graph.as_graph_def(),
        input_names=list(inputs),
        output_names=list(outputs),
        tensors_to_rename={**inputs, **outputs},
        opset=18,
        custom_op_handlers={name: (handler, []) for name, handler in _ONNX_SPELLINGS.items()},
    )
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _erfc(graph, node, name, arguments) -> None:
    """Spells Erfc, which GELU is made of, as 1 - Erf."""
    import numpy as np

    node.type = "Erf"
    one = graph.make_const(f"{name}_one", np.float32(1.0))
    graph.insert_new_node_on_output("Sub", node.output[0], inputs=[one.output[0], node.output[0]])


def _select(graph, node, name, arguments) -> None:
    """Where. tf2onnx takes products and a sum for it, of which one NaN makes another."""
    node.type = "Where"


def _floor_mod(graph, node, name, arguments) -> None:
    """Mod, whose sign is the divisor's as FloorMod's is; tf2onnx's -4 mod 2 is 2."""
    node.type = "Mod"


def _top_k(graph, node, name, arguments) -> None:
    """TopK as it is; tf2onnx makes floats of integers, which lose digits."""
    import numpy as np
    from onnx import TensorProto

    values, count = node.input
    one = graph.make_const(f"{name}_one", np.array([1], "int64"))
    count = graph.make_node("Cast", [count], attr={"to": TensorProto.INT64})
    count = graph.make_node("Reshape", [count.output[0], one.output[0]])
    node.type = "TopK"
    graph.replace_inputs(node, [values, count.output[0]])
    places = node.output[1]
    cast = graph.insert_new_node_on_output("Cast", places, to=TensorProto.INT32)
    graph.set_dtype(places, TensorProto.INT64)
    graph.set_dtype(cast.output[0], TensorProto.INT32)


_ONNX_SPELLINGS = {
    "Erfc": _erfc,
    "FloorMod": _floor_mod,
    "SelectV2": _select,
    "TopKV2": _top_k,
}


def to_litert(source: str, target: str, precision: str, examples: str) -> None:
    import numpy as np
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_saved_model(source, signature_keys=["serving_default"])
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if precision == "int8":
        with np.load(examples) as arrays:
            given = dict(arrays)

        def representative():
            for item in range(len(next(iter(given.values())))):
                yield (
                    "serving_default",
                    {name: value[item : item + 1] for name, value in given.items()},
                )

        converter.representative_dataset = representative
    with open(target, "wb") as file:
        file.write(converter.convert())


if __name__ == "__main__":
    {"onnx": to_onnx, "litert": to_litert}[sys.argv[1]](*(*sys.argv[2:], "")[:4])
