"""Everything that `doctor` looks at."""

import json
import locale
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from dltemplates import DISTRIBUTION, __version__
from dltemplates.machine.check import Check
from dltemplates.machine.processor import core_limit, cpu_flags, usable_cores
from dltemplates.machine.requirements import (
    Requirement,
    in_range,
    python_range,
    read_requirements,
)
from dltemplates.machine.storage import Memory, free_space, read_memory, temporary_folder

_TELLING = ("amx_bf16", "avx512_bf16", "avx512f", "avx2", "avx")
_LOW_MEMORY, _LEAST_MEMORY = 3 * 2**30, 2**30
_LOW_SPACE, _LEAST_SPACE = 2 * 10**9, 10**8
_GIB = 2**30


def check_all(limit: float = 180.0) -> list[Check]:
    """Looks at everything. TensorFlow is asked in a process of its own.

    Args:
        limit: Seconds that TensorFlow has to answer.
    """
    requirements = read_requirements()
    return [
        check_python(platform.python_version(), python_range()),
        *check_packages(requirements),
        *check_tensorflow(*ask_tensorflow(limit)),
        check_instructions(cpu_flags()),
        check_cores(os.cpu_count() or 1, usable_cores(), core_limit()),
        check_memory(read_memory()),
        check_space("disk, this folder", Path.cwd()),
        check_space("disk, temporary", temporary_folder()),
        check_encoding(locale.getpreferredencoding(False), sys.getfilesystemencoding()),
        *check_extras(requirements),
    ]


def check_python(version: str, versions: str) -> Check:
    if in_range(version, versions):
        return Check("Python", "ok", f"{version} ({sys.executable})")
    mend = "Make an environment with another Python: python3.11 -m venv .venv"
    return Check("Python", "wrong", f"{version}; needed is {versions}", mend)


def check_packages(requirements: list[Requirement]) -> list[Check]:
    """The versions of dltemplates and of what it needs."""
    if not requirements:
        found = f"{__version__}, run from its source; what it needs is not checked"
        return [Check(DISTRIBUTION, "note", found, "python -m pip install .")]
    needed = [requirement for requirement in requirements if not requirement.extra]
    unmet = [requirement for requirement in needed if not requirement.met]
    checks = [Check(DISTRIBUTION, "ok", __version__)]
    for requirement in unmet:
        have = requirement.installed or "not installed"
        found = f"{have}; needed is {requirement.versions or 'any version'}"
        checks.append(Check(requirement.name, "wrong", found, requirement.command))
    if not unmet:
        checks.append(Check("packages", "ok", f"all {len(needed)} that are needed, as needed"))
    return checks


def ask_tensorflow(limit: float) -> tuple[dict[str, Any] | None, str]:
    """What TensorFlow says of itself in another process; else why it does not."""
    command = [sys.executable, "-m", f"{__package__}.tensorflow_child"]
    try:
        child = subprocess.run(command, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None, f"it did not load within {limit:.0f} seconds"
    except OSError as error:
        return None, f"no Python process can be started: {error.strerror}"
    try:
        answer = json.loads(child.stdout.decode().splitlines()[-1])
    except (ValueError, IndexError):
        answer = None
    if child.returncode == 0 and isinstance(answer, dict):
        return answer, ""
    if child.returncode < 0:
        return None, f"it was ended by signal {-child.returncode} while it loaded"
    said = child.stderr.decode(errors="replace").strip().splitlines()
    return None, said[-1] if said else f"it ended with {child.returncode}"


def check_tensorflow(answer: dict[str, Any] | None, why: str) -> list[Check]:
    """TensorFlow, Keras and devices."""
    if answer is None:
        backend = configured_backend()
        if backend != "tensorflow":  # another one may not even be there
            return [_wrong_backend(backend)]
        mend = 'python -m pip install --force-reinstall "tensorflow>=2.21,<2.22"'
        if "signal 4" in why:  # an illegal instruction
            mend = "TensorFlow's packages need a CPU with AVX: use another machine"
        return [Check("TensorFlow", "wrong", f"cannot be loaded: {why}", mend)]
    version, seconds = answer["tensorflow"], float(answer["seconds"])
    checks = [Check("TensorFlow", "ok", f"{version}, loaded in {seconds:.1f} s")]
    if answer["backend"] != "tensorflow":
        checks.append(_wrong_backend(str(answer["backend"])))
    elif answer["image_data_format"] != "channels_last":
        mend = 'Set "image_data_format": "channels_last" in ~/.keras/keras.json'
        checks.append(Check("Keras", "wrong", "it is set to channels_first", mend))
    else:
        checks.append(Check("Keras", "ok", f"{answer['keras']} on {answer['backend']}"))
    return [*checks, check_gpus(answer["gpus"], bool(answer["built_with_cuda"]), has_driver())]


def configured_backend() -> str:
    """What Keras is set to: by KERAS_BACKEND, else in its file, else TensorFlow."""
    named = os.environ.get("KERAS_BACKEND")
    if named:
        return named
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    try:
        return str(json.loads((home / "keras.json").read_text("utf-8"))["backend"])
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return "tensorflow"


def _wrong_backend(backend: str) -> Check:
    mend = "export KERAS_BACKEND=tensorflow"
    if "KERAS_BACKEND" not in os.environ:
        mend += '\nor for good: set "backend": "tensorflow" in ~/.keras/keras.json'
    return Check("Keras", "wrong", f"it is set to the backend {backend}", mend)


def has_driver() -> bool:
    """Whether there is a driver of an NVIDIA GPU."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def check_gpus(gpus: list[str], cuda: bool, driver: bool) -> Check:
    if gpus:
        return Check("devices", "ok", ", ".join(gpus))
    if not driver:
        return Check("devices", "ok", "no GPU; training runs on the CPU")
    found = "there is a GPU's driver, but TensorFlow sees no GPU"
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None and hidden.strip() in ("", "-1"):
        return Check("devices", "note", f"{found}: it is hidden", "unset CUDA_VISIBLE_DEVICES")
    reason = "" if cuda else ": this build is for CPUs only"
    mend = 'python -m pip install "tensorflow[and-cuda]>=2.21,<2.22"'
    return Check("devices", "note", f"{found}{reason}", mend)


def check_instructions(flags: set[str]) -> Check:
    known = [flag for flag in _TELLING if flag in flags]
    if not flags:
        return Check("instructions", "ok", f"of {platform.machine()}; not listed on this system")
    if not known and platform.machine() in ("x86_64", "AMD64"):
        return Check("instructions", "wrong", "no AVX", "TensorFlow needs a CPU with AVX")
    if os.environ.get("TF_ENABLE_ONEDNN_OPTS") == "0":
        found = f"{' '.join(known)}, but TF_ENABLE_ONEDNN_OPTS=0 leaves most of them unused"
        return Check("instructions", "note", found, "unset TF_ENABLE_ONEDNN_OPTS")
    if {"amx_bf16", "avx512_bf16"} & flags:
        found = f'{" ".join(known)}: precision = "auto" computes in bfloat16'
    else:
        found = f'{" ".join(known)}; none for bfloat16, so precision = "auto" is float32'
    return Check("instructions", "ok", found)


def check_cores(there: int, usable: int, limit: float | None) -> Check:
    """Fewer usable cores than there are is worth knowing, and may well be meant."""
    found = f"{usable} usable of {there}"
    if limit is not None and limit < usable:
        found += f"; the container allows the time of {limit:g}"
        mend = "Give the container more: docker run --cpus N"
        return Check("cores", "note", found, mend)
    if usable < there:
        mend = "If that is not meant: start it without taskset, or ask for more cores of the job"
        return Check("cores", "note", found, mend)
    return Check("cores", "ok", found)


def check_memory(memory: Memory | None) -> Check:
    if memory is None:
        return Check("memory", "ok", "not known on this system")
    found = f"{memory.available / _GIB:.1f} GiB available of {memory.total / _GIB:.1f}"
    if memory.limit is not None:
        found += f"; the container may have {memory.limit / _GIB:.1f}"
    mend = "Close other programs, or give the container more (docker run --memory)"
    if memory.available < _LEAST_MEMORY:
        return Check("memory", "wrong", found, mend)
    if memory.available < _LOW_MEMORY:
        return Check("memory", "note", found, mend)
    return Check("memory", "ok", found)


def check_space(subject: str, folder: Path) -> Check:
    """Room for checkpoints and the temporary files of exports."""
    free = free_space(folder)
    mend = "export TMPDIR=/another/folder" if "temporary" in subject else "Work in another folder"
    if free is None:
        return Check(subject, "wrong", f"{folder} cannot be written to", mend)
    found = f"{free / 1e9:,.1f} GB free in {folder}"
    if free < _LEAST_SPACE:
        return Check(subject, "wrong", found, f"Free some space, or: {mend}")
    if free < _LOW_SPACE:
        return Check(subject, "note", found, f"Free some space, or: {mend}")
    return Check(subject, "ok", found)


def check_encoding(text: str, names: str) -> Check:
    if {text.lower().replace("-", ""), names.lower().replace("-", "")} <= {"utf8"}:
        return Check("text", "ok", "UTF-8: Korean and all")
    found = f"{text}, file names in {names}: Korean text may come out wrong"
    return Check("text", "note", found, "export PYTHONUTF8=1 LC_ALL=C.UTF-8")


def check_extras(requirements: list[Requirement]) -> list[Check]:
    """What some settings need."""
    checks = []
    for extra in dict.fromkeys(each.extra for each in requirements if each.extra):
        absent = [each.name for each in requirements if each.extra == extra and not each.met]
        mend = f'python -m pip install "dltemplates[{extra}]"'
        if absent:
            found = f"not there ({', '.join(absent)}); only some settings need it"
            checks.append(Check(f"extra: {extra}", "note", found, mend))
        else:
            checks.append(Check(f"extra: {extra}", "ok", "there"))
    return checks
