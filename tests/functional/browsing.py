"""A headless Chromium, told what to do over a pipe: no driver and no package is needed beside the browser."""

import base64
import json
import os
import shutil
import subprocess
from contextlib import contextmanager

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe")


class Tab:
    """One page."""

    def __init__(self, to_browser, from_browser):
        self._to = to_browser
        self._from = from_browser
        self._last = 0
        self._seen = []
        self._session = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")

    def open(self, url):
        """Go to a page and wait until it has loaded."""
        self._seen.clear()
        self._ask("Page.navigate", url=url)
        self._wait_for("Page.loadEventFired")

    def evaluate(self, script):
        """Return the value of an expression in the page."""
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def click(self, selector):
        """Click on what leads to another page, and wait until that has loaded."""
        self._seen.clear()
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        self._wait_for("Page.loadEventFired")

    def screenshot(self, path):
        """Keep what is seen."""
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    def _ask(self, method, **parameters):
        self._last += 1
        asked = {"id": self._last, "method": method, "params": parameters}
        if self._session is not None:
            asked["sessionId"] = self._session
        self._to.write(json.dumps(asked).encode() + b"\0")
        self._to.flush()
        while (message := self._read()).get("id") != self._last:
            self._seen.append(message.get("method"))
        if "error" in message:
            raise AssertionError(message["error"])
        return message["result"]

    def _wait_for(self, event):
        while event not in self._seen:
            self._seen.append(self._read().get("method"))

    def _read(self):
        message = bytearray()
        while (byte := self._from.read(1)) != b"\0":
            if not byte:
                raise AssertionError("the browser is gone")
            message += byte
        return json.loads(message)


@contextmanager
def browsing(folder):
    """Run a browser with a profile in a folder until the block ends, and give a tab of it."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()

    def take_pipes():
        # The browser reads from 3 and writes to 4.
        saved_in, saved_out = os.dup(theirs_in), os.dup(theirs_out)
        os.dup2(saved_in, 3)
        os.dup2(saved_out, 4)

    process = subprocess.Popen(
        [BROWSER, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        preexec_fn=take_pipes,  # noqa: PLW1509 - nothing but two system calls
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        with open(ours_out, "wb") as to_browser, open(ours_in, "rb") as from_browser:  # noqa: PTH123 - descriptors
            yield Tab(to_browser, from_browser)
    finally:
        process.terminate()
        process.wait(timeout=10)
