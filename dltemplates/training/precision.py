"""The number format to compute in."""

from dltemplates.machine.processor import cpu_flags


def choose_precision(wanted: str = "auto") -> str:
    """Resolves `auto` to the fastest safe dtype policy of this machine; else returns `wanted`.

    bfloat16 pays only where the hardware computes in it: on GPUs from compute capability 8.0, on
    CPUs with AMX or AVX-512 bfloat16 instructions. Older GPUs from 7.0 use float16.

    Returns:
        `float32`, `mixed_bfloat16` or `mixed_float16`, for `keras.config.set_dtype_policy`.
    """
    if wanted != "auto":
        return wanted
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        capability = details.get("compute_capability", (0, 0))
        if capability >= (8, 0):
            return "mixed_bfloat16"
        return "mixed_float16" if capability >= (7, 0) else "float32"
    return "mixed_bfloat16" if cpu_flags() & {"amx_bf16", "avx512_bf16"} else "float32"
