"""Make sure the browser tests have a Chromium and a font with Chinese characters."""

import shutil
import subprocess

from apt import install

# The names Chromium goes by on Debian, Alpine, Fedora, macOS (Homebrew), and Google's own build.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def main() -> None:
    """Install what is missing.

    Raises:
        SystemExit: something is missing and cannot be installed from here.
    """
    missing = [] if any(map(shutil.which, NAMES)) else ["chromium"]
    if not has_chinese_font():
        # fc-list itself is in fontconfig.
        missing += ["fontconfig", "fonts-noto-cjk"]
    if missing:
        install(missing, "浏览器测试缺少 Chromium 或中文字体")


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font that covers Chinese."""
    try:
        listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return bool(listed.stdout.strip())


if __name__ == "__main__":
    main()
