"""Starting the command as a user does."""

import http.client
import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass

COMMAND = (sys.executable, "-m", "doubleentry")


@dataclass(frozen=True)
class Running:
    """A server that said that it is ready."""

    process: subprocess.Popen
    ready: dict

    def get(self, path, host="127.0.0.1", port=None):
        """Return the status and the body of one answer."""
        connection = http.client.HTTPConnection(host, port or self.ready["port"], timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def stop(self, number=signal.SIGTERM):
        """Send a signal, and return the exit code and what was printed since the ready line."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=20)
        return self.process.returncode, output, errors


@contextmanager
def serving(*arguments, cwd, command=COMMAND, port="0"):
    """Serve from a folder until the block ends."""
    process = subprocess.Popen(
        [*command, "serve", "--port", port, *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            line = process.stdout.readline()
            if not line:
                raise AssertionError(f"no ready line; exit {process.wait()}: {process.stderr.read()}")
            yield Running(process, json.loads(line))
        finally:
            if process.poll() is None:
                process.kill()


def run(*arguments, cwd, command=COMMAND):
    """Run a command to its end."""
    return subprocess.run([*command, *arguments], cwd=cwd, capture_output=True, text=True, timeout=20, check=False)
