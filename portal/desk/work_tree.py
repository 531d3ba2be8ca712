"""The git work tree the data files may be in: each publication of the desk is a commit of the files it wrote and of nothing else."""

import logging
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

_WAIT_SECONDS = 30
_TRIES = 5
_log = logging.getLogger(__name__)


def commit(files: Sequence[Path], message: str, author: str, committer: str) -> bool:
    """Commit files where they are in a work tree that knows them, one commit a work tree; once is enough.

    Args:
        files: what was written.
        message: of the commit.
        author: the account that made the change.
        committer: the account that published it.

    Returns:
        False where they should have been committed and git refused; the reason is in the log.
    """
    trees: dict[str, list[str]] = {}
    try:
        for file in files:
            tree = _git(file.parent, ["rev-parse", "--show-toplevel"]).stdout.strip()
            trees.setdefault(tree, []).append(str(file.resolve()))
    except FileNotFoundError:
        # No git: no work tree anybody could have made with it.
        return True
    except (OSError, subprocess.SubprocessError) as problem:
        _log.error("a publication could not be committed: %s", problem)
        return False
    done = [_commit(Path(t), paths, message, author, committer) for t, paths in trees.items() if t]
    return all(done)


def _commit(folder: Path, paths: Sequence[str], message: str, author: str, committer: str) -> bool:
    try:
        if _git(folder, ["ls-files", "--error-unmatch", "--", *paths]).returncode:
            return True
        for again in range(_TRIES):
            if _git(folder, ["diff", "--quiet", "HEAD", "--", *paths]).returncode == 0:
                return True
            # Another commit under way, as of a process that was killed, holds the index for a moment.
            time.sleep(0.2 * again)
            made = _git(folder, ["commit", "--quiet", "--only", "-m", message, "--", *paths], author, committer)
        if _git(folder, ["diff", "--quiet", "HEAD", "--", *paths]).returncode == 0:
            return True
        _log.error("a publication could not be committed: %s", made.stderr.strip()[-500:])
    except (OSError, subprocess.SubprocessError) as problem:
        _log.error("a publication could not be committed: %s", problem)
    return False


def _git(
    folder: Path, arguments: Sequence[str], author: str = "", committer: str = ""
) -> "subprocess.CompletedProcess[str]":
    who = {"AUTHOR": author, "COMMITTER": committer}
    named = {f"GIT_{role}_NAME": name for role, name in who.items() if name}
    named |= {f"GIT_{role}_EMAIL": f"{name}@desk.invalid" for role, name in who.items() if name}
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=os.environ | named | {"GIT_TERMINAL_PROMPT": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_WAIT_SECONDS,
        check=False,
    )
