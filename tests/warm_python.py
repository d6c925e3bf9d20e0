"""A Python that has TensorFlow loaded: each command that it is given is a fork.

`warm_environment()` is for the commands of a test: the PATH in it begins with a folder whose
`python`, `dltemplates` and `pytest` are answered by such a Python until the tests end. A command
has the arguments, folder, environment, files and exit status that it would have in a process of its
own, and none of its five seconds of imports. TensorFlow starts its threads when it first computes,
after the fork. A Python with other options than -m is a cold one, such as those that prove exports.
So must be one that a test kills: the signal would reach the client alone.
"""

import atexit
import json
import os
import runpy
import select
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path

LOADED = ("tensorflow", "keras", "matplotlib.pyplot", "pandas", "pytest", "sklearn.linear_model")
COMMANDS = {"python": [], "dltemplates": ["-m", "dltemplates"], "pytest": ["-m", "pytest"]}
CLIENT = """#!{executable} -ES
import json, os, signal, socket, sys
words = {words!r} + sys.argv[1:]
if words[0] not in ("-", "-m") and words[0].startswith("-"):
    os.execv({executable!r}, [{executable!r}, *words])
server = socket.socket(socket.AF_UNIX)
server.connect({socket!r})
said = json.dumps([words, os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [len(said).to_bytes(4, "big")], [0, 1, 2])
server.sendall(said)
answers = server.makefile()
worker = int(answers.readline())
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(worker, number))
sys.exit(int(answers.readline()))
"""


@cache
def warm_programs() -> Path:
    """The folder of `python`, `dltemplates` and `pytest`, until this process ends."""
    place = tempfile.TemporaryDirectory(prefix="warm-python-")
    atexit.register(place.cleanup)
    server = subprocess.Popen(
        [sys.executable, __file__, place.name],
        stdin=subprocess.PIPE,  # it ends when this closes, so with this process
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    atexit.register(server.communicate)
    return Path(place.name)


def warm_environment(**settings: str) -> dict[str, str]:
    """This process's environment with the programs first on the PATH, and `settings`."""
    path = f"{warm_programs()}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, **settings}


def main(place: Path) -> None:
    for name in LOADED:
        import_module(name)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place / "socket"))
    listener.listen()
    for command, words in COMMANDS.items():
        given = {"executable": sys.executable, "socket": str(place / "socket"), "words": words}
        (place / command).write_text(CLIENT.format(**given), "utf-8")
        (place / command).chmod(0o755)
    print("ready", flush=True)
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            answer(client, place)
            return
        client.close()
        while ended():
            pass


def ended() -> bool:
    """Takes notice of a command that has ended, so that its process is gone."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def answer(client: socket.socket, place: Path) -> None:
    """Runs one command in a further fork; tells the client its process and its exit status."""
    size, files, _, _ = socket.recv_fds(client, 4, 3)
    said = client.makefile("rb").read(int.from_bytes(size, "big"))
    worker = os.fork()
    if worker:
        client.sendall(f"{worker}\n".encode())
        for file in (*files, 0, 1, 2):
            os.close(file)
        _, status = os.waitpid(worker, 0)
        client.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    client.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    words, folder, environment = json.loads(said)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.executable = str(place / "python")  # what a command starts is as warm
    run(words)


def run(words: list[str]) -> None:
    """What `python WORDS` does."""
    if words[0] == "-m":
        sys.path[0], sys.argv = os.getcwd(), words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    elif words[0] == "-":
        sys.path[0], sys.argv = "", words
        exec(compile(sys.stdin.read(), "<stdin>", "exec"), {"__name__": "__main__"})
    else:
        sys.path[0], sys.argv = str(Path(words[0]).resolve().parent), words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
