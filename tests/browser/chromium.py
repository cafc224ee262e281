"""The Chromium that browser tests drive: found on the machine, or installed by `python -m tests.browser.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "Browser tests need Chromium, and it could neither be found nor installed here. "
    "Install it (on Debian: apt-get install chromium) so that `chromium` is on the PATH, then try again."
)


def find() -> Path | None:
    """The browser on the PATH, else the one that Playwright keeps, else None."""
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    with sync_playwright() as playwright:
        kept = Path(playwright.chromium.executable_path)
    return kept if kept.is_file() else None


def install() -> None:
    """Try the system's packages, then Playwright's download; each says itself why it fails."""
    for command in (*_apt_commands(), [sys.executable, "-m", "playwright", "install", "chromium"]):
        print("+", *command, file=sys.stderr, flush=True)
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
        if find():
            return


def _apt_commands() -> list[list[str]]:
    if not shutil.which("apt-get"):
        return []
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and not shutil.which("sudo"):
        return []
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return [[*apt, "update", "-qq"], [*apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"]]


def main() -> int:
    if not find():
        print("Installing Chromium for the browser tests ...", file=sys.stderr, flush=True)
        install()
    if not find():
        print(MISSING, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
